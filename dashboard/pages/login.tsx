import { ApiError, api, type Me } from '../api.ts';
import { Field, text, useSubmit } from '../form.tsx';
import { format } from '../format.ts';
import { Page, Trouble } from '../frame.tsx';
import { messages } from '../messages.ts';

/** Says in our words what the two usual refusals mean. */
function worded(reason: unknown): unknown {
  if (!(reason instanceof ApiError)) return reason;
  if (reason.status === 401) return new ApiError(401, { code: reason.code, message: messages.login.wrong });
  if (reason.status === 429) {
    const wait = format.seconds(reason.retryAfter ?? 60);
    return new ApiError(429, { code: reason.code, message: messages.login.slowDown(wait) });
  }
  return reason;
}

export function Login({ me, reload }: { me: Me; reload: () => Promise<void> }) {
  const { busy, error, onSubmit } = useSubmit(async (form) => {
    await api.login({ email: text(form, 'email'), password: text(form, 'password') }).catch((reason) => {
      throw worded(reason);
    });
    // The address stays /login, which sends a signed-in reader on to where they wanted to go.
    await reload();
  });
  return (
    <Page title={messages.login.title} {...(me.setup ? { lead: messages.login.notSetUp } : {})}>
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
          name="password"
          type="password"
          autocomplete="current-password"
          required
        />
        {error && <Trouble error={error} />}
        <button class="main" type="submit" disabled={busy}>
          {messages.login.submit}
        </button>
      </form>
    </Page>
  );
}
