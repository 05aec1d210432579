import type { Replay } from './replay.ts';

export const ownOrigin = 'http://127.0.0.1:3000';

export interface Browser {
  readonly peer?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The hidden fields of a form on the privacy page, as the browser would send them; undefined if the page has no such button. */
export async function formOf(
  replay: Replay,
  action: string,
  { site, back, ...browser }: Browser & { readonly site: string; readonly back?: string },
): Promise<URLSearchParams | undefined> {
  const query = new URLSearchParams({ site, ...(back === undefined ? {} : { back }) });
  const html = await (await get(replay, `/privacy?${query}`, browser)).text();
  const form = new RegExp(`<form method="post" action="/api/privacy/${action}">(.*?)</form>`, 's').exec(
    html,
  )?.[1];
  if (form === undefined) return undefined;
  const fields = [...form.matchAll(/name="(\w+)" value="([^"]*)"/g)];
  return new URLSearchParams(
    fields.map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]),
  );
}

export const get = (replay: Replay, path: string, { peer, headers = {} }: Browser): Promise<Response> =>
  replay.send('GET', path, { headers, ...(peer === undefined ? {} : { peer }) });

export const post = (
  replay: Replay,
  action: string,
  fields: URLSearchParams | string,
  { peer, headers = {} }: Browser,
): Promise<Response> =>
  replay.send('POST', `/api/privacy/${action}`, {
    body: String(fields),
    headers: { origin: ownOrigin, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    ...(peer === undefined ? {} : { peer }),
  });

/** Opens the privacy page and presses a button. Throws if there is none, or if the reply is not a redirect. */
export async function press(
  replay: Replay,
  action: string,
  asked: Browser & { readonly site: string; readonly back?: string },
): Promise<Response> {
  const form = await formOf(replay, action, asked);
  if (!form) throw new Error(`the page has no button to ${action}`);
  const reply = await post(replay, action, form, asked);
  if (reply.status !== 303) throw new Error(`${action}: ${reply.status} ${await reply.text()}`);
  return reply;
}
