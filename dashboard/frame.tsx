import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { type ApiError, api, type Me, type SiteInfo } from './api.ts';
import { Menu } from './menu.tsx';
import { messages } from './messages.ts';

/** Head of every page of a signed-in reader: which site, which view, who. */
export function Header({
  me,
  site,
  here,
}: {
  me: Me;
  site?: SiteInfo;
  here?: 'overview' | 'mail' | 'snippet';
}) {
  const logOut = () =>
    api.logout().then(
      () => location.assign('/login'),
      () => location.assign('/login'),
    );
  const admin = me.user?.role === 'admin';
  return (
    <header class="head">
      <a class="skip" href="#figures">
        {messages.skip}
      </a>
      <a class="brand" href="/">
        <span class="dot" aria-hidden="true" />
        {messages.product}
      </a>
      {site && (me.sites.length > 1 || admin) ? (
        <Menu label={<strong>{site.domain}</strong>} title={messages.nav.sites}>
          {me.sites.map((each) => (
            <a key={each.id} href={`/${each.domain}`} aria-current={each.id === site.id ? 'true' : undefined}>
              {each.domain}
            </a>
          ))}
          {admin && (
            <a class="apart" href="/add-site">
              {messages.nav.addSite}
            </a>
          )}
        </Menu>
      ) : (
        site && <strong>{site.domain}</strong>
      )}
      {site && (
        <nav aria-label={messages.nav.label}>
          <a href={`/${site.domain}`} aria-current={here === 'overview' ? 'page' : undefined}>
            {messages.nav.overview}
          </a>
          <a href={`/${site.domain}/mail`} aria-current={here === 'mail' ? 'page' : undefined}>
            {messages.nav.mail}
          </a>
          <a href={`/${site.domain}/snippet`} aria-current={here === 'snippet' ? 'page' : undefined}>
            {messages.nav.snippet}
          </a>
        </nav>
      )}
      {me.user && (
        <Menu label={<span class="who">{me.user.email}</span>} title={messages.nav.account} side="end">
          <button type="button" onClick={logOut}>
            {messages.nav.logOut}
          </button>
        </Menu>
      )}
    </header>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/** A page of text and a form, in one narrow column. */
export function Page(props: {
  me?: Me;
  site?: SiteInfo;
  here?: 'mail' | 'snippet';
  title: string;
  lead?: string;
  children?: ComponentChildren;
}) {
  useTitle(messages.title(props.title));
  return (
    <>
      {props.me?.user ? (
        <Header
          me={props.me}
          {...(props.site ? { site: props.site } : {})}
          {...(props.here ? { here: props.here } : {})}
        />
      ) : (
        <header class="head">
          <span class="brand">
            <span class="dot" aria-hidden="true" />
            {messages.product}
          </span>
        </header>
      )}
      <main class="column">
        <h1>{props.title}</h1>
        {props.lead && <p class="lead">{props.lead}</p>}
        {props.children}
      </main>
    </>
  );
}

/** What went wrong and what to do, in the server's words where it had some. */
export function Trouble({ error }: { error: ApiError }) {
  return (
    <p class="trouble" role="alert">
      {error.message}
      {error.hint && <span> {error.hint}</span>}
    </p>
  );
}

export function Failure({ error, retry }: { error: ApiError; retry: () => void }) {
  return (
    <Page title={messages.error.title}>
      <Trouble error={error} />
      <button class="main" type="button" onClick={retry}>
        {messages.error.again}
      </button>
    </Page>
  );
}
