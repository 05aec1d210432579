import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError } from './api.ts';
import { messages } from './messages.ts';
import { currentZone } from './zones.ts';

/** A labelled input with its hint. */
export function Field(props: { label: string; hint?: string } & JSX.InputHTMLAttributes<HTMLInputElement>) {
  const { label, hint, ...input } = props;
  return (
    <label class="field">
      <span>{label}</span>
      <input {...input} />
      {hint && <small>{hint}</small>}
    </label>
  );
}

/** All timezones that the browser knows, its own selected. */
export function TimezoneField() {
  const own = currentZone(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const zones = [...new Set([own, 'UTC', ...Intl.supportedValuesOf('timeZone').map(currentZone)])].sort();
  return (
    <label class="field">
      <span>{messages.field.timezone}</span>
      <select name="timezone">
        {zones.map((zone) => (
          <option key={zone} value={zone} selected={zone === own}>
            {zone.replaceAll('_', ' ')}
          </option>
        ))}
      </select>
      <small>{messages.field.timezoneHint}</small>
    </label>
  );
}

/** What was typed into a domain field, without what people paste along: protocol, path, `www.`. */
export const cleanDomain = (typed: string): string =>
  typed
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/[/?#:].*$/, '')
    .replace(/^www\./, '');

/** Sends a form once at a time and keeps what went wrong. */
export function useSubmit(send: (form: FormData) => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const onSubmit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || !(event.currentTarget instanceof HTMLFormElement)) return;
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    try {
      await send(form);
    } catch (reason) {
      setError(
        reason instanceof ApiError
          ? reason
          : new ApiError(0, { code: 'unexpected', message: messages.error.unexpected }),
      );
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, onSubmit };
}

/** A field's text. */
export const text = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
};
