import type { ComponentChildren, JSX, RefObject } from 'preact';
import type { ApiError } from '../api.ts';
import { Trouble } from '../frame.tsx';
import { useLocation } from '../location.ts';
import type { Draft } from './draft.ts';
import { words } from './messages.ts';

interface Props {
  readonly form: RefObject<HTMLFormElement>;
  readonly draft: Draft;
  readonly busy: boolean;
  readonly error: ApiError | null;
  readonly onSubmit: (event: SubmitEvent) => void;
  readonly onInput: () => void;
}

/** Fields of the form, by their names in the API. */
const names = ['campaign', 'html', 'text', 'token', 'unsubscribe_url', 'send_time', 'decoy'] as const;
type Name = (typeof names)[number];

/** A label, its field, its hint, and what the server said of it. */
function Labelled(props: {
  name: Name;
  label: string;
  hint: string;
  error: ApiError | null;
  children: (field: {
    id: string;
    name: Name;
    'aria-describedby': string;
    'aria-invalid': boolean;
  }) => JSX.Element;
  beside?: ComponentChildren;
}) {
  const { name, label, hint, error } = props;
  const wrong = error?.path === name;
  const id = `prepare-${name}`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {props.children({
        id,
        name,
        'aria-describedby': wrong ? `${id}-wrong ${id}-hint` : `${id}-hint`,
        'aria-invalid': wrong,
      })}
      {wrong && (
        <div id={`${id}-wrong`}>
          <Trouble error={error} />
        </div>
      )}
      <small id={`${id}-hint`}>{hint}</small>
      {props.beside}
    </div>
  );
}

/** What is to be prepared, and how. The fields keep what was typed whatever the server answers. */
export function PrepareForm({ form, draft, busy, error, onSubmit, onInput }: Props) {
  const said = words.prepare;
  const named = new URLSearchParams(useLocation().search).get('campaign');
  const value = (name: Name): string => draft[name] ?? '';
  const beside = names.some((name) => name === error?.path);
  const fill = (tag: string) => {
    const field = form.current?.elements.namedItem('token');
    if (!(field instanceof HTMLInputElement)) return;
    field.value = tag;
    field.focus();
    onInput();
  };
  return (
    <form class="prepare" ref={form} onSubmit={onSubmit} onInput={onInput}>
      <Labelled name="campaign" label={said.campaign} hint={said.campaignHint} error={error}>
        {(field) => (
          <input
            {...field}
            class="short"
            defaultValue={named ?? value('campaign')}
            maxLength={80}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            required
          />
        )}
      </Labelled>
      <Labelled name="html" label={said.html} hint={said.htmlHint} error={error}>
        {(field) => (
          <textarea {...field} rows={14} defaultValue={value('html')} spellcheck={false} required />
        )}
      </Labelled>
      <Labelled name="text" label={said.text} hint={said.textHint} error={error}>
        {(field) => <textarea {...field} rows={4} defaultValue={value('text')} spellcheck={false} />}
      </Labelled>
      <details>
        <summary>{said.options}</summary>
        <div class="options">
          <Labelled
            name="token"
            label={said.token}
            hint={said.tokenHint}
            error={error}
            beside={
              <p class="examples">
                <span class="muted">{said.tokenExamples}</span>
                {said.systems.map(([system, tag]) => (
                  <button
                    key={system}
                    type="button"
                    aria-label={said.tokenOf(system)}
                    title={tag}
                    onClick={() => fill(tag)}
                  >
                    {system}
                  </button>
                ))}
                <small>{said.systemsHint}</small>
              </p>
            }
          >
            {(field) => (
              <input
                {...field}
                class="code-field"
                defaultValue={value('token')}
                placeholder={said.systems[0][1]}
                autocomplete="off"
                spellcheck={false}
              />
            )}
          </Labelled>
          <Labelled name="unsubscribe_url" label={said.unsubscribe} hint={said.unsubscribeHint} error={error}>
            {(field) => (
              <input
                {...field}
                class="code-field"
                defaultValue={value('unsubscribe_url')}
                placeholder="https://example.com/unsubscribe?id=…"
                autocomplete="off"
                spellcheck={false}
              />
            )}
          </Labelled>
          <Labelled name="send_time" label={said.sendTime} hint={said.sendTimeHint} error={error}>
            {(field) => (
              <input
                {...field}
                class="code-field"
                defaultValue={value('send_time')}
                autocomplete="off"
                spellcheck={false}
              />
            )}
          </Labelled>
          <label class="check">
            <input type="checkbox" name="decoy" defaultChecked={draft.decoy !== undefined} />
            {said.decoy}
          </label>
        </div>
      </details>
      {error && !beside && <Trouble error={error} />}
      <p class="actions">
        <button class="main" type="submit" disabled={busy}>
          {said.submit}
        </button>
        <button class="second" type="submit" name="dry_run" disabled={busy}>
          {said.showLinks}
        </button>
      </p>
    </form>
  );
}
