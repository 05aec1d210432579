import type { Letter } from './letters.ts';
import { seeded } from './random.ts';
import { domain, prices } from './world.ts';

const titleOf = (name: string): string =>
  name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');

/** The mail as its sender would lay it out: tables, for the programs that know nothing else, and Listmonk's tags. */
export function letterHtml(letter: Letter): string {
  const { subject, preheader, look, colours, lead, products, guides } = letter;
  const [accent, paper, sky] = colours;
  const font = look === 'note' ? 'Georgia, serif' : 'Helvetica, Arial, sans-serif';
  const leadUrl = `https://${domain}${lead.path}`;
  const hero = row(
    `<a href="${leadUrl}"><img src="${picture(colours, subject, 600, 220)}" width="600" height="220" alt="${lead.alt}" style="display:block;width:100%;height:auto;border:0;color:${accent}"></a>`,
    'padding:0',
  );
  const headline = row(
    `<h1 style="margin:0 0 12px;font-size:26px;line-height:1.25;color:${accent}"><a href="${leadUrl}" style="color:${accent};text-decoration:none">${subject}</a></h1>
        <p style="margin:0">${look === 'note' ? 'Dear {{ .Subscriber.FirstName }},<br><br>' : ''}${lead.text}</p>`,
    'padding:28px 36px 8px',
  );
  const button = row(
    `<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr><td bgcolor="${accent}" style="border-radius:4px">
          <a href="${leadUrl}" style="display:inline-block;padding:13px 26px;color:#ffffff;font-weight:bold;text-decoration:none">${lead.button}</a>
        </td></tr></table>`,
    'padding:16px 36px 28px',
  );
  const shelf = pairs(products).map((pair) =>
    row(
      `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>${pair.map((name) => product(name, letter)).join('')}${pair.length === 1 ? '<td width="50%"></td>' : ''}
        </tr></table>`,
      'padding:0 28px 20px',
    ),
  );
  const reading =
    guides.length === 0
      ? []
      : [
          row(
            `<p style="margin:0 0 8px;font-weight:bold">To read on a rainy day</p>${guides
              .map(
                (name) => `
        <p style="margin:0 0 6px"><a href="https://${domain}/guides/${name}" style="color:${accent}">${titleOf(name)}</a></p>`,
              )
              .join('')}`,
            `padding:20px 36px;border-top:1px solid ${sky}`,
          ),
        ];
  const parts =
    look === 'feature'
      ? [hero, headline, button, ...shelf, ...reading]
      : look === 'catalogue'
        ? [headline, ...shelf, button, ...reading]
        : [headline, button, ...reading, ...shelf];
  return `<!DOCTYPE html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml" xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${subject}</title>
  <!--[if mso]><xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml><![endif]-->
  <style>
    @media (max-width: 620px) { .card { width: 100% !important } }
    @media (prefers-color-scheme: dark) { .paper { background: #17191c !important } }
  </style>
</head>
<body class="paper" style="margin:0;background:${paper}">
<div style="display:none;max-height:0;overflow:hidden">${preheader}</div>
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:${paper}">
  <tr><td align="center" style="padding:24px 12px">
    <!--[if mso]><table role="presentation" width="600"><tr><td><![endif]-->
    <table role="presentation" class="card" width="600" cellpadding="0" cellspacing="0" border="0" style="width:600px;max-width:600px;background:#ffffff;font-family:${font};font-size:16px;line-height:1.55;color:#2b2b2b">
${[
  row(
    `<a href="https://${domain}/" style="color:#ffffff;font-size:18px;letter-spacing:3px;text-decoration:none">TRAILHEAD</a>`,
    `padding:18px 36px;background:${accent}`,
  ),
  ...parts,
  row(
    `<p style="margin:0 0 8px"><a href="https://alpineclub.example/partners" style="color:#505050">Partner of the Alpine Club</a> &middot; <a href="mailto:hello@${domain}" style="color:#505050">Write to us</a> &middot; <a href="{{ MessageURL }}" style="color:#505050">Read it in the browser</a></p>
        <p style="margin:0">Trailhead, Am Steig 4, 10999 Berlin. <a href="{{ UnsubscribeURL }}" style="color:#505050">Unsubscribe</a> &middot; <a data-footfall="opt-out" style="color:#505050">Don’t measure what I open</a></p>`,
    `padding:22px 36px;background:${sky};font-size:13px;color:#505050`,
  ),
].join('\n')}
    </table>
    <!--[if mso]></td></tr></table><![endif]-->
  </td></tr>
</table>
</body>
</html>
`;
}

const row = (content: string, style: string): string => `      <tr><td style="${style}">
        ${content}
      </td></tr>`;

function product(name: string, { colours }: Letter): string {
  const url = `https://${domain}/shop/${name}`;
  return `
          <td width="50%" valign="top" style="padding:8px">
            <a href="${url}"><img src="${picture(colours, name, 256, 150)}" width="256" height="150" alt="${titleOf(name)}" style="display:block;width:100%;height:auto;border:0"></a>
            <p style="margin:8px 0 0"><a href="${url}" style="color:#2b2b2b;text-decoration:none">${titleOf(name)}</a><br>${prices[name] ?? 29} &euro;</p>
          </td>`;
}

function pairs(names: readonly string[]): string[][] {
  const found: string[][] = [];
  for (let first = 0; first < names.length; first += 2) found.push(names.slice(first, first + 2));
  return found;
}

/** Mountains, others for each name. Part of the mail, because the demo's shop exists nowhere that they could be fetched from. */
function picture([accent, , sky]: Letter['colours'], name: string, width: number, height: number): string {
  const uniform = seeded([...name].reduce((hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0), 0));
  const ridge = (base: number, opacity: number): string => {
    const points = [`0,${height}`];
    for (let x = 0; x <= 6; x += 1)
      points.push(`${Math.round((x * width) / 6)},${Math.round(height * (base - 0.45 * uniform()))}`);
    return `<polygon points="${[...points, `${width},${height}`].join(' ')}" fill="${accent}" opacity="${opacity}"/>`;
  };
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"><rect width="${width}" height="${height}" fill="${sky}"/><circle cx="${Math.round(width * (0.2 + 0.6 * uniform()))}" cy="${Math.round(height * 0.28)}" r="${Math.round(height * 0.12)}" fill="#ffffff" opacity="0.8"/>${ridge(0.75, 0.35)}${ridge(0.95, 0.8)}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
