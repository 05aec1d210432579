import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { messages } from './messages.ts';

/** A button that copies a text; without a clipboard (there is none without https) it marks the text where it stands. */
export function CopyButton(props: { text: string; shownIn: RefObject<HTMLElement>; label?: string }) {
  const [said, setSaid] = useState<{ text: string; words: string } | null>(null);
  const copy = async () => {
    const { text, shownIn } = props;
    try {
      await navigator.clipboard.writeText(text);
      setSaid({ text, words: messages.snippet.copied });
    } catch {
      const element = shownIn.current;
      if (element instanceof HTMLTextAreaElement) {
        element.focus();
        element.select();
      } else if (element) getSelection()?.selectAllChildren(element);
      setSaid({ text, words: messages.snippet.select });
    }
  };
  // What was copied before is another text.
  const words = said?.text === props.text ? said.words : null;
  return (
    <>
      <button type="button" onClick={copy}>
        {words ?? props.label ?? messages.snippet.copy}
      </button>
      <span class="unseen" aria-live="polite">
        {words}
      </span>
    </>
  );
}
