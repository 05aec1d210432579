/**
 * Agents by which programs give themselves away that look links up on behalf of a mail or an office program, in lower case,
 * each with where it is documented. Programs that call themselves bots are told by the list of bots.
 */
const scannerAgents = [
  // https://learn.microsoft.com/archive/blogs/vsofficedeveloper/description-of-the-microsoft-office-existence-discovery-protocol-2
  'microsoft office existence discovery',
];

/** Whether an agent is one of a link scanner. */
export function isScannerAgent(agent: string): boolean {
  const lower = agent.toLowerCase();
  return scannerAgents.some((name) => lower.includes(name));
}
