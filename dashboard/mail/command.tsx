import { useRef } from 'preact/hooks';
import { CopyButton } from '../copy.tsx';

export const prepareCommand = (domain: string, campaign: string): string =>
  `footfall mail prepare template.html --campaign "${campaign}" --site ${domain} --out prepared.html`;

/** A command to copy. */
export function Command({ line }: { line: string }) {
  const code = useRef<HTMLElement>(null);
  return (
    <div class="code">
      <code ref={code}>{line}</code>
      <CopyButton text={line} shownIn={code} />
    </div>
  );
}
