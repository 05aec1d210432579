import { Tokenizer } from 'parse5';
import { type CampaignReport, PrepareOptions } from '../../schema/mail.ts';
import type { Site } from '../../schema/site.ts';
import type { Template } from '../access/config.ts';
import { scrubText } from '../enrich/scrub.ts';
import { type LinkPosition, linksIn } from '../mail/prepare/positions.ts';
import { TemplateError } from '../mail/prepare/template-error.ts';

/** Steps of strength, from a link that nobody followed to the one that most did. */
const steps = 8;
/** Deep enough for white figures on it (WCAG 1.4.3), and no colour that buttons often have. */
const heat = '176 66 0';

interface Warmth {
  readonly words: string;
  /** 0 to {@link steps}. */
  readonly step: number;
}

/**
 * The template as its sender gave it, with the share of clicks on each counted link. All else stays byte for byte; what is
 * added takes no room, so that the message keeps its layout. Shows the message without shares where its links cannot be
 * told. The answer's headers must forbid scripts and whatever comes from elsewhere.
 */
export function heatPage(
  { html: template, unsubscribeUrl }: Template,
  site: Site,
  campaign: string,
  links: CampaignReport['links'],
  publicUrl: string,
): string {
  const most = Math.max(...links.map(({ share }) => share ?? 0), 0);
  const shares = new Map(links.map(({ link, share }) => [link, share ?? 0]));
  const places = new Map<number, { position: LinkPosition; share: number }>();
  // `{{#if}}href=…{{else}}href=…`: one place, and each reader saw one of its links.
  for (const position of positions(template, unsubscribeUrl, site, campaign, publicUrl)) {
    const share = (places.get(position.start)?.share ?? 0) + (shares.get(position.label) ?? 0);
    places.set(position.start, { position, share });
  }
  const added = [...places.values()].flatMap(({ position, share }) =>
    marksOf(template, position, warmth(share, most)),
  );
  return inserted(template, [
    { at: afterDoctype(template), text: `<base target="_blank"><style>${style}</style>` },
    ...added,
  ]);
}

/** As preparing it finds them, so that the labels are those that were counted. */
function positions(
  html: string,
  unsubscribeUrl: string | null,
  site: Site,
  campaign: string,
  publicUrl: string,
): LinkPosition[] {
  try {
    const options = PrepareOptions.safeParse({
      site_id: site.domain,
      campaign,
      html,
      unsubscribe_url: unsubscribeUrl ?? undefined,
    });
    return options.success ? linksIn(options.data, { publicUrl, scrub: scrubText }) : [];
  } catch (error) {
    if (error instanceof TemplateError) return [];
    throw error;
  }
}

function warmth(share: number, most: number): Warmth {
  const step = share > 0 && most > 0 ? Math.min(Math.max(Math.round((steps * share) / most), 1), steps) : 0;
  return { words: share > 0 ? `${share.toFixed(1)}%` : '0', step };
}

interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** An attribute for the outline, last in the start tag, and the figure behind it. */
function marksOf(template: string, { startTagEnd, end }: LinkPosition, { words, step }: Warmth): Insertion[] {
  const attribute = ` data-footfall-heat="${step}" tabindex="-1"`;
  // An area of an image map shows nothing of what is in it.
  const within = end > startTagEnd;
  const badge = `<footfall-share data-footfall-heat="${step}"${within ? '' : ' data-footfall-apart'}>${words}</footfall-share>`;
  return [
    ...(template[startTagEnd - 1] === '>' ? [{ at: startTagEnd - 1, text: attribute }] : []),
    { at: startTagEnd, text: badge },
  ];
}

/** `insertions` are in the order of the text. */
function inserted(template: string, insertions: readonly Insertion[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { at, text } of insertions) {
    parts.push(template.slice(from, at), text);
    from = at;
  }
  return [...parts, template.slice(from)].join('');
}

/** Where the style can stand without turning the layout into that of pages without a doctype. */
function afterDoctype(template: string): number {
  let begun = false;
  let at = 0;
  const begin = (): void => {
    begun = true;
  };
  const tokenizer = new Tokenizer(
    { sourceCodeLocationInfo: true },
    {
      onDoctype({ location }) {
        if (!begun) at = location?.endOffset ?? 0;
        begun = true;
      },
      onStartTag: begin,
      onEndTag: begin,
      onCharacter: begin,
      onNullCharacter: begin,
      onWhitespaceCharacter: () => {},
      onComment: () => {},
      onEof: () => {},
    },
  );
  tokenizer.write(template, true);
  return at;
}

/** Of the link, and of the picture in it: a line of text does not reach around a picture. */
const outlined = (step: string): string =>
  `[data-footfall-heat${step}]:not(footfall-share):not(#_#_),[data-footfall-heat${step}]>img:not(#_#_)`;
const strengths = Array.from({ length: steps }, (_, index) => {
  const part = (index + 1) / steps;
  const tint = `rgb(${heat} / ${(0.06 + 0.3 * part).toFixed(2)})`;
  const step = `="${index + 1}"`;
  const line = `${1 + Math.round(2 * part)}px solid rgb(${heat} / ${(0.35 + 0.65 * part).toFixed(2)})`;
  return `${outlined(step)}{outline:${line}!important}[data-footfall-heat${step}]:not(footfall-share){background-image:linear-gradient(${tint},${tint})}`;
}).join('');

/**
 * The `base` sends every link to a window of its own, which the page's sandbox forbids to open: no key and no image map leads
 * anywhere. `:not(#_#_)` outweighs whatever the template says. The figure is out of the flow and has no place of its own set, so it
 * stands where its link begins. Pictures are not fetched: their words stand on quiet ground, whatever the template's
 * colours and sizes are.
 */
const style = [
  'a,area,button{pointer-events:none!important;cursor:default!important}',
  'footfall-share:not(#_#_){all:initial!important;position:absolute!important;z-index:9!important;margin:-11px 0 0 -5px!important;padding:0 4px!important;border-radius:3px!important;box-shadow:0 0 0 1px #fff!important;background:#fff!important;color:#5c5c5c!important;font:600 11px/14px system-ui,Arial,sans-serif!important;font-variant-numeric:tabular-nums!important;white-space:nowrap!important;pointer-events:none!important}',
  `footfall-share:not(#_#_):not([data-footfall-heat="0"]){background:rgb(${heat})!important;color:#fff!important}`,
  'footfall-share[data-footfall-apart]:not(#_#_){position:static!important;display:inline-block!important;margin:2px!important}',
  'footfall-share[data-footfall-heat="0"]:not(#_#_){box-shadow:0 0 0 1px #8a8a8a!important}',
  // A picture that did not come has the size that its words need, unless it is a box.
  'img[width][height]{display:inline-block}',
  'img:not([src^="data:"]):not(#_#_){background:#ecebe7!important;color:#4a4945!important;outline:1px solid rgb(128 128 128 / .3)!important;outline-offset:-1px!important;font:13px/1.35 system-ui,Arial,sans-serif!important;text-align:center!important;text-decoration:none!important;text-transform:none!important;letter-spacing:normal!important}',
  // After the pictures' own ground and line: the link's line is the one to be seen.
  `${outlined('')}{outline:1px dashed rgb(118 118 118 / .8)!important}`,
  strengths,
  '@media (prefers-color-scheme:dark){img:not([src^="data:"]):not(#_#_){background:#4a4945!important;color:#ecebe7!important}}',
].join('\n');
