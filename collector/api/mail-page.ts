import { html } from 'hono/html';
import { frame, messagePage } from './privacy-page.ts';

export interface OptOutView {
  /** The sender's website; null once it was removed. */
  readonly domain: string | null;
  /** The mail tells recipients apart, and its site lets it. */
  readonly hasToken: boolean;
  readonly objected: boolean;
  readonly outcome: 'done' | 'stale' | 'busy' | 'unwritten' | null;
  readonly nonce: string;
}

/** For a link that is none of ours, or no longer valid: it leads nowhere, and counts as nothing. */
export const linkGonePage = () =>
  messagePage(
    'This link does not work',
    'It may have been cut off or changed on its way to you, or it is too old. Nothing was counted. Please look for the page on the sender’s website.',
  );

const blockImages = html`<section aria-labelledby="images">
<h2 id="images">How to keep any sender from counting opens</h2>
<p>Opens are counted by a picture. A mail program that does not load pictures from the network shows the mail and tells nobody:</p>
<ul>
<li>Gmail: Settings, General, Images, “Ask before displaying external images”.</li>
<li>Outlook: Options, Trust Center, Automatic Download, “Don’t download pictures automatically”.</li>
<li>Apple Mail: Settings, Privacy, “Protect Mail Activity”, or “Block All Remote Content”.</li>
<li>Thunderbird: does not load them unless you allow it.</li>
</ul>
<p>Clicks are counted by the links. To follow one uncounted, open the sender’s website yourself.</p>
</section>`;

/** The page that a mail’s “don’t measure me” link opens. Looking at it changes nothing: mail firewalls look too. */
export function optOutPage(view: OptOutView) {
  const { domain, hasToken } = view;
  return frame(
    'How this mail is measured',
    html`<header>
<h1>How this mail is measured</h1>
<p class="lead">${domain ?? 'The sender'} counts how often its mails are opened and which links are followed, as sums over all recipients.</p>
</header>
<main>
${outcomeWords(view)}
<div class="mail">
<section class="yours" aria-labelledby="yours">
<h2 id="yours">You</h2>
${hasToken ? recipientWords(view) : nobodyWords}
</section>
${blockImages}
</div>
</main>
<footer><p>Measuring is not mailing: to stop the mails themselves, use the sender’s own unsubscribe link.</p></footer>`,
  );
}

const nobodyWords = html`<p class="state">Nobody is told apart</p>
<p>This mail is the same for every recipient as far as measuring goes: it is known how often it was opened, and not by whom. So nothing can be switched off for one person, because nobody is distinguished. What you can do is keep pictures from loading.</p>`;

function recipientWords({ objected, nonce }: OptOutView) {
  if (objected)
    return html`<p class="state">You are not measured</p>
<p>Your recipient number is not used, in this mail and all others of this sender, also in those already sent. If you open one or follow a link, it is a number in a sum.</p>`;
  return html`<p class="state">You are counted once for each mail</p>
<p>This mail carries a number of yours. For seven days it is used to count each recipient once, in memory only, as a keyed hash; then it is forgotten. It is never joined with visits to the website.</p>
<form method="post">
<input type="hidden" name="nonce" value="${nonce}">
<button type="submit">Don’t measure me</button>
<p>Puts a keyed hash of the number on a list, so that it is not used from now on.</p>
</form>`;
}

function outcomeWords({ outcome, objected }: OptOutView) {
  if (outcome === 'done' && objected)
    return html`<p class="done" role="status">Done. From now on you are not measured.</p>`;
  if (outcome === 'stale')
    return html`<p class="done" role="alert">Not done: the page was open for more than an hour, or the collector was restarted. Please press the button again.</p>`;
  if (outcome === 'busy')
    return html`<p class="done" role="alert">Not done yet: too many people of your network did this just now. Please try again in a few minutes.</p>`;
  if (outcome === 'unwritten')
    return html`<p class="done" role="alert">Not done yet: nothing can be written at the moment. Please try again in a minute.</p>`;
  return '';
}
