import { masked, tagsIn } from './tags.ts';
import { TemplateError } from './template-error.ts';

export interface Headers {
  readonly headers: string[];
  readonly notes: string[];
}

/**
 * `List-Unsubscribe` (RFC 2369) around the sender's own address, and the request that ends the mails in one click
 * (RFC 8058). Throws TemplateError for what cannot stand in a header.
 */
export function unsubscribeHeaders(url: string | undefined): Headers {
  if (url === undefined) return { headers: [], notes: [] };
  if (/\p{Cc}/u.test(url) || !/^[!-;=?-~\ue000-\uf8ff]*$/.test(masked(url, tagsIn(url))))
    throw new TemplateError(
      'The unsubscribe address holds line breaks, spaces, "<", ">" or letters that an address has to encode.',
      'Give one address as it would stand in a browser, or a tag of the mail system such as {{ UnsubscribeURL }}.',
      'unsubscribe_url',
    );
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  const known = scheme === 'https' || scheme === 'http' || scheme === 'mailto';
  if (scheme === undefined ? !/^(?:\{|\*\||\[%|<%|%)/.test(url) : !known)
    throw new TemplateError(
      'The unsubscribe address is neither a web address nor "mailto:".',
      'Write it with "https://" before it, or give a tag of the mail system such as {{ UnsubscribeURL }}.',
      'unsubscribe_url',
    );
  const header = `List-Unsubscribe: <${url}>`;
  if (scheme === 'https')
    return {
      headers: [header, 'List-Unsubscribe-Post: List-Unsubscribe=One-Click'],
      notes: [
        'Mail programs will send a POST to the unsubscribe address (RFC 8058): it must end the mails without a page in between. Both headers must be covered by the DKIM signature.',
      ],
    };
  return {
    headers: [header],
    notes: [
      scheme === 'mailto'
        ? 'A mail to the unsubscribe address must end the mails. Gmail and Yahoo ask large senders for an https address as well (RFC 8058).'
        : 'The header for one click (RFC 8058) belongs to an https address that accepts a POST: if yours is one, add "List-Unsubscribe-Post: List-Unsubscribe=One-Click".',
    ],
  };
}
