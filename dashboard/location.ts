import { useEffect, useState } from 'preact/hooks';

const changed = 'footfall:location';

/** Goes to an address of the dashboard without loading it anew. */
export function navigate(href: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', href);
  else history.replaceState(null, '', href);
  dispatchEvent(new Event(changed));
}

/** The address as it is now; the component is drawn again when it changes. */
export function useLocation(): { path: string; search: string } {
  const [, redraw] = useState(0);
  useEffect(() => {
    const update = () => redraw((count) => count + 1);
    addEventListener('popstate', update);
    addEventListener(changed, update);
    return () => {
      removeEventListener('popstate', update);
      removeEventListener(changed, update);
    };
  }, []);
  return { path: location.pathname, search: location.search };
}

/** Lets plain links (`<a href>`) move within the dashboard; every other click on them stays the browser's. */
export function followLinks(): void {
  document.addEventListener('click', (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || link.target || link.origin !== location.origin || link.hasAttribute('download') || link.hash)
      return;
    event.preventDefault();
    if (link.href !== location.href) navigate(link.href);
  });
}
