import { z } from 'zod';

/** One thing that was looked at, and what was found. */
export const Finding = z.object({
  /** Of PRIVACY.md: P1 to P11. */
  promise: z.string().regex(/^P\d+$/),
  what: z.string(),
  passed: z.boolean(),
  /** How it was looked at, with figures. */
  how: z.string(),
  /** What stands in the way, where it failed. */
  found: z.array(z.string()),
});
export type Finding = z.infer<typeof Finding>;

/** What an auditor reads, and can have made again. */
export const Proof = z.object({
  version: z.string(),
  /** ISO 8601, UTC. */
  begun: z.string(),
  ended: z.string(),
  profile: z.string(),
  /** Whether a server was running, or one was started for it. */
  server: z.enum(['running', 'started']),
  sites: z.number().int(),
  passed: z.boolean(),
  findings: z.array(Finding),
});
export type Proof = z.infer<typeof Proof>;

/** Findings that are named in full; of more, their number. */
const shown = 10;

/** The report as Markdown, which is readable as it is. */
export function proofText(proof: Proof): string {
  const failed = proof.findings.filter(({ passed }) => !passed).length;
  const lines = [
    '# What Footfall promises, checked on this instance',
    '',
    `${proof.begun} to ${proof.ended}, footfall ${proof.version}, profile ${proof.profile}, ${proof.sites} sites, ${
      proof.server === 'running' ? 'beside the running server' : 'with a server started for it'
    }.`,
    '',
    proof.passed
      ? `**All ${proof.findings.length} checks passed.**`
      : `**${failed} of ${proof.findings.length} checks failed.**`,
    '',
  ];
  for (const { promise, what, passed, how, found } of proof.findings) {
    lines.push(`- ${passed ? 'passed' : 'FAILED'}  ${promise}  ${what}`, `  ${how}`);
    for (const one of found.slice(0, shown)) lines.push(`  - ${one}`);
    if (found.length > shown) lines.push(`  - and ${found.length - shown} more`);
  }
  lines.push(
    '',
    'To run it again: footfall privacy prove. What runs on every change of the program stands in PRIVACY.md, by promise and test.',
  );
  return `${lines.join('\n')}\n`;
}
