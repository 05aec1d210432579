import { useCallback, useEffect, useState } from 'preact/hooks';
import { ApiError, api, type Me } from './api.ts';
import { Failure, Page } from './frame.tsx';
import { navigate, useLocation } from './location.ts';
import { MailPages } from './mail-pages.tsx';
import { messages } from './messages.ts';
import { Overview } from './overview/overview.tsx';
import { AddSite } from './pages/add-site.tsx';
import { Login } from './pages/login.tsx';
import { Setup } from './pages/setup.tsx';
import { SnippetPage } from './pages/snippet.tsx';

/** Sends the reader elsewhere. */
function Redirect({ to }: { to: string }) {
  useEffect(() => navigate(to, 'replace'), [to]);
  return null;
}

/** Which page an address means. */
export function App() {
  const [me, setMe] = useState<Me | null>(null);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const { path, search } = useLocation();

  const reload = useCallback(
    () =>
      api.me().then(
        (answer) => {
          setMe(answer);
          setFailure(null);
        },
        (reason) => setFailure(reason instanceof ApiError ? reason : null),
      ),
    [],
  );
  useEffect(() => void reload(), [reload]);

  if (failure) return <Failure error={failure} retry={reload} />;
  if (!me) return null;
  if (path === '/setup') return <Setup me={me} reload={reload} />;
  if (!me.user) {
    if (path === '/login') return <Login me={me} reload={reload} />;
    return <Redirect to={path === '/' ? '/login' : `/login?next=${encodeURIComponent(path + search)}`} />;
  }

  const first = me.sites.find((site) => site.receiving) ?? me.sites[0];
  if (path === '/login') {
    const next = new URLSearchParams(search).get('next') ?? '/';
    // Only our own paths: `//host` and `/\host` are other places.
    return <Redirect to={/^\/(?![/\\])/.test(next) ? next : '/'} />;
  }
  if (path === '/add-site') {
    if (me.user.role === 'admin') return <AddSite me={me} reload={reload} />;
    return <Page me={me} title={messages.addSite.title} lead={messages.addSite.adminsOnly} />;
  }
  if (path === '/') {
    if (first) return <Redirect to={`/${first.domain}`} />;
    if (me.user.role === 'admin') return <Redirect to="/add-site" />;
    return (
      <Page me={me} title={messages.addSite.noSites}>
        <p>{messages.addSite.notYours}</p>
      </Page>
    );
  }

  const [, domain = '', rest, ...more] = path.split('/');
  const site = me.sites.find((each) => each.domain === domain);
  if (site && rest === undefined) return <Overview key={site.domain} me={me} site={site} reload={reload} />;
  if (site && rest === 'mail')
    return <MailPages key={site.domain} me={me} site={site} steps={more} reload={reload} />;
  if (site && rest === 'snippet' && more.length === 0) return <SnippetPage me={me} site={site} />;
  return (
    <Page me={me} title={messages.error.notFound}>
      <p>{messages.addSite.unknown(domain)}</p>
    </Page>
  );
}
