import { html } from 'hono/html';
import { requestDays } from '../../schema/requests.ts';
import type { Site } from '../../schema/site.ts';
import type { OptedOutBy } from '../gate/standing.ts';
import { type Basis, ignoresOptedOut } from '../privacy/basis.ts';
import { categories } from '../privacy/categories.ts';
import { blockHtml } from '../privacy/html.ts';
import { inventoryTable } from '../privacy/inventory-document.ts';
import type { Notice } from '../privacy/notice.ts';
import { contactOf, controllerOf, labelsByCategory, neverKept, periods, purposes } from '../privacy/words.ts';

export type Action = 'opt-out' | 'opt-in' | 'erase';

/** All that the page about one site shows. */
export interface PrivacyView {
  readonly site: Site;
  /** Of this site alone. */
  readonly basis: Basis;
  readonly notice: Pick<Notice, 'version' | 'effective'>;
  readonly optedOutBy: OptedOutBy | null;
  /** Today’s visit was erased, so nothing of this browser is counted until midnight. */
  readonly erased: boolean;
  /** What was just done, if it was done here. */
  readonly done: Action | null;
  /** The site's page that the visitor came from, or its front page. */
  readonly target: URL;
  /** Whether the site's pages can read the mark that is left here. */
  readonly shared: boolean;
  readonly nonceOf: (action: Action) => string;
}

/** A page that anyone can open, also without script. */
export const frame = (title: string, body: unknown) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/privacy/style.css">
</head>
<body>
${body}
</body>
</html>`;

/** A page of a few words: what went wrong, and where to go on. */
export const messagePage = (title: string, words: string, next?: { href: string; label: string }) =>
  frame(
    title,
    html`<main class="small">
<h1>${title}</h1>
<p>${words}</p>
${next ? html`<p><a href="${next.href}">${next.label}</a></p>` : ''}
</main>`,
  );

export const noSitePage = (known: boolean) =>
  messagePage(
    'Privacy of visitors',
    `${known ? 'This address needs the name of a site.' : 'No site of that name is counted here.'} The page about a site is /privacy?site= followed by its domain, such as /privacy?site=example.com; the site’s own privacy notice links to it. Whatever the site: browsers that send Global Privacy Control have no identifier here.`,
  );

export function privacyPage(view: PrivacyView) {
  const { site, basis, notice, done } = view;
  return frame(
    `Privacy: how ${site.domain} counts visits`,
    html`<header>
<h1>How ${site.domain} counts visits</h1>
<p class="lead">As a shop counts the people who walk in: how many, when, from where, to which shelf. It does not need to know who.</p>
</header>
<main>
${done === null ? '' : html`<p class="done" role="status">${doneWords(view, done)}</p>`}
<div class="columns">
<section class="yours" aria-labelledby="yours">
<h2 id="yours">This browser</h2>
${yours(view)}
</section>
<div>
<section aria-labelledby="what">
<h2 id="what">What is collected, and why</h2>
<p>Only sums over all visitors, of:</p>
<ul>${labelsByCategory(basis)
      .filter(([label]) => label !== categories.none.label)
      .map(
        ([label, labels]) =>
          html`<li>${label}${labels.join() === label ? '' : html` <small>${labels.join(', ')}</small>`}</li>`,
      )}</ul>
<p>It is used ${purposes.join('; ')}. For nothing else.</p>
</section>
<section aria-labelledby="rights">
<h2 id="rights">Your rights</h2>
<p>You may ask to see, correct, erase or limit what is held about you, or object, also through somebody who acts for you: ${contactOf(basis)}. The answer comes within ${requestDays} days. Nobody is treated worse for asking. You may also complain to a data protection authority.</p>
</section>
</div>
<div>
<section aria-labelledby="never">
<h2 id="never">What is never kept</h2>
<ul>${neverKept.map((words) => html`<li>${words}</li>`)}</ul>
<p>Nothing about visitors is given away or sold.</p>
</section>
<section aria-labelledby="long">
<h2 id="long">For how long</h2>
<dl>${periods(basis).map(([label, period]) => html`<dt>${label}</dt><dd>${period}</dd>`)}</dl>
</section>
</div>
</div>
<details>
<summary>Everything that is kept, one by one</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Everything that is kept">
${blockHtml(inventoryTable(basis))}
</div>
</details>
</main>
<footer>
<p>Responsible: ${controllerOf(basis)}. Privacy notice ${notice.version}, ${notice.effective === null ? 'not published' : `in force from ${notice.effective}`}. Times are those of ${site.timezone}.</p>
<p><a href="${view.target.href}">Back to ${site.domain}</a></p>
</footer>`,
  );
}

function yours(view: PrivacyView) {
  const { site, basis, optedOutBy } = view;
  const [state, why] = stateOf(view);
  const left = ignoresOptedOut(basis, site)
    ? 'Nothing about it is counted.'
    : `Of it only sums are kept: ${keptOfOptedOut(basis)}.`;
  return html`<p class="state">${state}</p>
${optedOutBy === 'gpc' ? html`<p class="honored">Opt-Out Request Preference Signal Honored</p>` : ''}
<p>${why}</p>
${
  optedOutBy === null
    ? html`${form(view, 'opt-out', 'Opt out', 'Leaves the mark “1” on this device and erases today’s visit.')}
${view.shared ? '' : form(view, 'opt-in', 'Opt back in', `Takes the mark of ${site.domain} off this device.`)}
${view.erased ? '' : form(view, 'erase', 'Erase today’s visit', 'Wipes what is held about it now; nothing more is counted until midnight.')}`
    : html`<p>${left} It has no identifier${
        optedOutBy === 'gpc' || optedOutBy === 'dnt'
          ? '. If it was here today before it sent the signal, the key of that visit is deleted by four in the morning.'
          : ', so nothing is held about it and there is nothing to erase.'
      }</p>
${optedOutBy === 'cookie' ? form(view, 'opt-in', 'Opt back in', 'Takes the mark off this device.') : ''}`
}
${
  optedOutBy === null && !view.shared
    ? html`<p>Opting out leads on to ${site.domain}, which keeps the mark for itself; this page cannot see it there.</p>`
    : ''
}`;
}

const keptOfOptedOut = ({ schema }: Basis): string =>
  Object.values(schema.dimensions)
    .filter(({ optedOut, category }) => optedOut && category !== 'none')
    .map(({ label }) => label.toLowerCase())
    .join(', ');

/** `[state, why]` */
function stateOf({ optedOutBy, site, erased, shared }: PrivacyView): [string, string] {
  switch (optedOutBy) {
    case 'gpc':
      return ['Opted out by your browser', 'It sends Global Privacy Control, and that decides.'];
    case 'dnt':
      return ['Opted out by your browser', 'It sends Do Not Track, and that decides.'];
    case 'cookie':
      return ['Opted out', 'The opt-out mark stands on this device.'];
    case 'children':
      return [
        'Nobody has an identifier',
        `${site.domain} is made for children, so nobody is told from anybody else.`,
      ];
    case 'site':
      return ['Nobody has an identifier', `${site.domain} tells nobody from anybody else.`];
    case null:
      if (erased)
        return [
          'Erased, not counted today',
          'Nothing is held about today’s visit. Nothing more is counted until midnight.',
        ];
      if (!shared)
        return [
          'Counted, unless opted out there',
          'Without the mark of an opt-out, a random key stands for this browser and address, in memory only. It is deleted by four in the morning.',
        ];
      return [
        'Counted, with a key for today',
        'So that a visit counts once, a random key stands for this browser and address, in memory only. It is deleted by four in the morning; nobody can compute it again.',
      ];
  }
}

function doneWords({ optedOutBy, site, erased }: PrivacyView, action: Action): string {
  if (action === 'erase') return 'Done. What was held about today’s visit is erased.';
  if (action === 'opt-in')
    return `Done. This browser is counted again${erased ? ', from midnight on: today’s visit was erased' : ''}.`;
  return optedOutBy === null
    ? 'This browser did not keep the mark. Allow cookies for this page, or switch on Global Privacy Control.'
    : `Done. From now on ${site.domain} does not tell this browser from others.`;
}

const form = ({ site, target, nonceOf }: PrivacyView, action: Action, label: string, note: string) =>
  html`<form method="post" action="/api/privacy/${action}">
<input type="hidden" name="site" value="${site.domain}">
<input type="hidden" name="back" value="${target.href}">
<input type="hidden" name="nonce" value="${nonceOf(action)}">
<button${action === 'opt-out' ? '' : html` class="second"`} aria-describedby="${action}-note">${label}</button>
<p id="${action}-note">${note}</p>
</form>`;
