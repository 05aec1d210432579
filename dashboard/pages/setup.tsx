import { useState } from 'preact/hooks';
import { api, type Me } from '../api.ts';
import { cleanDomain, Field, TimezoneField, text, useSubmit } from '../form.tsx';
import { Page, Trouble } from '../frame.tsx';
import { messages } from '../messages.ts';
import { Snippet } from './snippet.tsx';

/** The dashboard runs on the reader's own machine. */
const onLoopback = (): boolean => /^(localhost|127\.0\.0\.1|\[::1\])$/.test(location.hostname);

/** The one-time token stands after # so that no server or log sees it; it leaves the address bar before anything is drawn. */
const token = location.pathname === '/setup' ? location.hash.slice(1) : '';
if (token) history.replaceState(null, '', '/setup');

/** Makes the first user and the first site, then shows what to paste. */
export function Setup({ me, reload }: { me: Me; reload: () => Promise<void> }) {
  const [made, setMade] = useState<string | null>(null);
  const { busy, error, onSubmit } = useSubmit(async (form) => {
    const domain = cleanDomain(text(form, 'domain'));
    const answer = await api.setup({
      token,
      email: text(form, 'email'),
      password: text(form, 'password'),
      domain,
      timezone: text(form, 'timezone'),
      localhost: form.has('localhost'),
    });
    setMade(answer.site.domain);
    await reload();
  });

  const site = me.sites.find((each) => each.domain === made);
  if (site) {
    return (
      <Page
        title={site.receiving ? messages.setup.counting : messages.setup.done}
        lead={(site.receiving ? messages.setup.countingLead : messages.setup.doneLead)(site.domain)}
      >
        <Snippet me={me} site={site} onReceiving={reload} />
      </Page>
    );
  }
  if (!me.setup) {
    return (
      <Page title={messages.setup.already}>
        <p>
          <a href={me.user ? '/' : '/login'}>
            {me.user ? messages.snippet.toOverview : messages.login.title}
          </a>
        </p>
      </Page>
    );
  }
  if (!token) return <Page title={messages.setup.noToken} lead={messages.setup.noTokenLead} />;
  return (
    <Page title={messages.setup.title} lead={messages.setup.lead}>
      <form onSubmit={onSubmit}>
        <Field
          label={messages.field.email}
          name="email"
          type="email"
          autocomplete="username"
          required
          autofocus
        />
        <Field
          label={messages.field.password}
          hint={messages.field.passwordHint}
          name="password"
          type="password"
          autocomplete="new-password"
          minLength={10}
          required
        />
        <Field
          label={messages.field.domain}
          hint={messages.field.domainHint}
          name="domain"
          placeholder="example.com"
          autocapitalize="off"
          spellcheck={false}
          required
        />
        <TimezoneField />
        {onLoopback() && (
          <label class="check">
            <input type="checkbox" name="localhost" defaultChecked />
            {messages.field.localhost}
          </label>
        )}
        {error && <Trouble error={error} />}
        <button class="main" type="submit" disabled={busy}>
          {messages.setup.submit}
        </button>
      </form>
    </Page>
  );
}
