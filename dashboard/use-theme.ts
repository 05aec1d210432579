import { useEffect, useState } from 'preact/hooks';

/** Counts up whenever the page's colours change, so that the canvas is drawn in the new ones. */
export function useTheme(): number {
  const [theme, setTheme] = useState(0);
  useEffect(() => {
    const next = () => setTheme((count) => count + 1);
    const queries = ['(prefers-color-scheme: dark)', 'print'].map((query) => matchMedia(query));
    for (const query of queries) query.addEventListener('change', next);
    return () => {
      for (const query of queries) query.removeEventListener('change', next);
    };
  }, []);
  return theme;
}
