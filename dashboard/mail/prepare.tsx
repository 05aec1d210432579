import { useEffect, useRef, useState } from 'preact/hooks';
import type { Prepared } from '../../schema/mail.ts';
import { ApiError, api, type Me, type SiteInfo } from '../api.ts';
import { text } from '../form.tsx';
import { Header, useTitle } from '../frame.tsx';
import { messages } from '../messages.ts';
import { draftOf, keepDraft, useLeaveWarning } from './draft.ts';
import { words } from './messages.ts';
import { PrepareForm } from './prepare-form.tsx';
import { Result } from './result.tsx';
import { asApiError } from './use-answer.ts';

/** A mail that was prepared, or looked at. */
export interface Done {
  readonly prepared: Prepared;
  readonly campaign: string;
  readonly dryRun: boolean;
}

/** What the form says, for the API; fields that are left empty are left out. */
function optionsOf(form: FormData, domain: string): Parameters<typeof api.prepare>[0] {
  const some = (name: string): Record<string, string> => {
    const value = text(form, name);
    return value.trim() === '' ? {} : { [name]: value };
  };
  return {
    site_id: domain,
    campaign: text(form, 'campaign'),
    html: text(form, 'html'),
    decoy: form.has('decoy'),
    ...some('text'),
    ...some('token'),
    ...some('unsubscribe_url'),
    ...some('send_time'),
  };
}

/** The usual refusals in the words of this page. */
function worded(error: ApiError): ApiError {
  const { status, code } = error;
  if (status === 401) return new ApiError(status, { code, message: words.prepare.signedOut });
  if (status === 413) return new ApiError(status, { code, message: words.prepare.tooLarge, path: 'html' });
  if (status === 0 || status >= 500)
    return new ApiError(status, { code, message: error.message, hint: words.prepare.keptHere });
  return error;
}

/** Paste a template, see its links, copy it back. */
export function PreparePage({ me, site }: { me: Me; site: SiteInfo }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const [done, setDone] = useState<Done | null>(null);
  const [changed, setChanged] = useState(draftOf(site.domain).html !== undefined);
  const form = useRef<HTMLFormElement>(null);
  const result = useRef<HTMLElement>(null);
  useTitle(messages.title(words.of(words.prepare.title, site.domain)));
  useLeaveWarning(changed);

  const onSubmit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || !form.current) return;
    const dryRun = event.submitter?.getAttribute('name') === 'dry_run';
    const data = new FormData(form.current);
    const campaign = text(data, 'campaign').trim();
    setBusy(true);
    setError(null);
    try {
      const prepared = await api.prepare(optionsOf(data, site.domain), dryRun);
      setDone({ prepared, campaign, dryRun });
      if (!dryRun) setChanged(false);
    } catch (reason) {
      setError(worded(asApiError(reason)));
    } finally {
      setBusy(false);
    }
  };
  const onInput = () => {
    if (form.current) keepDraft(site.domain, new FormData(form.current));
    setChanged(true);
  };
  // To what came back, or to the field that has to change.
  useEffect(() => result.current?.focus(), [done]);
  useEffect(() => {
    const field = error?.path === undefined ? null : form.current?.elements.namedItem(error.path);
    if (!(field instanceof HTMLElement)) return;
    const folded = field.closest('details');
    if (folded) folded.open = true;
    field.focus();
  }, [error]);

  return (
    <>
      <Header me={me} site={site} here="mail" />
      <main class="mail" id="figures" tabindex={-1}>
        <p>
          <a href={`/${site.domain}/mail`}>{words.campaign.back}</a>
        </p>
        <h1>{words.prepare.title}</h1>
        <p class="muted measure">{words.prepare.lead}</p>
        <p class="said measure">{words.prepare.optOut}</p>
        <PrepareForm
          form={form}
          draft={draftOf(site.domain)}
          busy={busy}
          error={error}
          onSubmit={onSubmit}
          onInput={onInput}
        />
        {done && <Result at={result} site={site} done={done} changed={changed && !done.dryRun} />}
      </main>
    </>
  );
}
