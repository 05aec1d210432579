import { api, type Me } from '../api.ts';
import { cleanDomain, Field, TimezoneField, text, useSubmit } from '../form.tsx';
import { Page, Trouble } from '../frame.tsx';
import { navigate } from '../location.ts';
import { messages } from '../messages.ts';

/** One more site; its snippet comes next. */
export function AddSite({ me, reload }: { me: Me; reload: () => Promise<void> }) {
  const { busy, error, onSubmit } = useSubmit(async (form) => {
    const domain = cleanDomain(text(form, 'domain'));
    await api.addSite({ domain, timezone: text(form, 'timezone') });
    await reload();
    navigate(`/${domain}/snippet`);
  });
  return (
    <Page me={me} title={messages.addSite.title}>
      <form onSubmit={onSubmit}>
        <Field
          label={messages.field.domain}
          hint={messages.field.domainHint}
          name="domain"
          placeholder="example.com"
          autocapitalize="off"
          spellcheck={false}
          required
          autofocus
        />
        <TimezoneField />
        {error && <Trouble error={error} />}
        <button class="main" type="submit" disabled={busy}>
          {messages.addSite.submit}
        </button>
      </form>
    </Page>
  );
}
