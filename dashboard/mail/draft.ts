import { useEffect } from 'preact/hooks';

/** What was typed into the form, by the fields' names. */
export type Draft = Readonly<Record<string, string>>;

/** Kept while the dashboard is open, so that a look at another page loses no template. */
const drafts = new Map<string, Draft>();

export const draftOf = (domain: string): Draft => drafts.get(domain) ?? {};

export function keepDraft(domain: string, form: FormData): void {
  const typed = [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
  drafts.set(domain, Object.fromEntries(typed) as Draft);
}

/** Asks before the page is left for good while a template stands in it that was not prepared. */
export function useLeaveWarning(unprepared: boolean): void {
  useEffect(() => {
    if (!unprepared) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [unprepared]);
}
