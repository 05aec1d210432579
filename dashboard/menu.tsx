import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A button that opens a list of links: `<details>`, so that it works by keyboard and reader without our help. */
export function Menu(props: {
  label: ComponentChildren;
  title: string;
  side?: 'end';
  onToggle?: (open: boolean) => void;
  children: ComponentChildren;
}) {
  const details = useRef<HTMLDetailsElement>(null);

  useEffect(() => {
    const element = details.current;
    if (!element) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !element.contains(event.target)) element.open = false;
    };
    const keys = (event: KeyboardEvent) => {
      if (!element.open) return;
      if (event.key === 'Escape') {
        element.open = false;
        element.querySelector('summary')?.focus();
      }
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
      // Arrows choose inside a form's own fields.
      if (event.target instanceof Element && event.target.closest('select, input')) return;
      const items = [...element.querySelectorAll<HTMLElement>('.menu a, .menu button')];
      const at = items.indexOf(document.activeElement as HTMLElement);
      const next = event.key === 'ArrowDown' ? at + 1 : at < 0 ? items.length - 1 : at - 1;
      items[(next + items.length) % items.length]?.focus();
      event.preventDefault();
    };
    document.addEventListener('click', outside);
    document.addEventListener('focusin', outside);
    element.addEventListener('keydown', keys);
    return () => {
      document.removeEventListener('click', outside);
      document.removeEventListener('focusin', outside);
      element.removeEventListener('keydown', keys);
    };
  }, []);

  // A chosen link closes the list; a form in it stays open until it is sent.
  const chosen = (event: Event) => {
    if (details.current && event.target instanceof Element && event.target.closest('a'))
      details.current.open = false;
  };
  return (
    <details
      class={`menu-of ${props.side ?? 'start'}`}
      ref={details}
      onToggle={() => props.onToggle?.(details.current?.open ?? false)}
    >
      <summary title={props.title}>
        {props.label}
        <span class="caret" aria-hidden="true" />
      </summary>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the links inside are what is pressed, this only closes the list after them */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: as above */}
      <div class="menu" onClick={chosen}>
        {props.children}
      </div>
    </details>
  );
}
