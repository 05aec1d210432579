import type { Reason } from './refusal.ts';
import type { View } from './view.ts';

/** Why nothing stands here, and what can be shown instead. */
export function Words({ reason, href }: { reason: Reason; href: (change: Partial<View>) => string }) {
  return (
    <p class="words">
      <span>{reason.text}</span>
      {reason.links.map(({ text, change }) => (
        <>
          {' '}
          <a href={href(change)}>{text}</a>
        </>
      ))}
    </p>
  );
}
