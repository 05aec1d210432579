import { html } from 'hono/html';
import type { Block, Document } from './document.ts';

/** One block as HTML; everything in it is escaped. */
export function blockHtml(block: Block) {
  if ('text' in block) return html`<p>${block.text}</p>`;
  if ('list' in block) return html`<ul>${block.list.map((item) => html`<li>${item}</li>`)}</ul>`;
  const { columns, rows } = block.table;
  return html`<table>
<thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ([first, ...cells]) =>
    html`<tr><th scope="row">${first ?? ''}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
)}</tbody>
</table>`;
}

/** A whole page without style, to be put on a site or handed to somebody. */
export const htmlOf = async ({ title, notes, sections }: Document): Promise<string> =>
  `${await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
</head>
<body>
<main>
<h1>${title}</h1>
${notes.map((note) => html`<p>${note}</p>\n`)}
${sections.map(
  ({ heading, blocks }) => html`<section>
<h2>${heading}</h2>
${blocks.map((block) => html`${blockHtml(block)}\n`)}
</section>
`,
)}</main>
</body>
</html>`}\n`;
