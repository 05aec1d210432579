/** A text as its parts, so that the same words become Markdown, HTML and a page. */
export type Block =
  | { readonly text: string }
  | { readonly list: readonly string[] }
  | {
      readonly table: { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };
    };

export interface Section {
  readonly heading: string;
  readonly blocks: readonly Block[];
}

export interface Document {
  readonly title: string;
  /** Version and date, below the title. */
  readonly notes: readonly string[];
  readonly sections: readonly Section[];
}

/** Characters that would begin something in Markdown: settings may hold any. */
const escaped = (text: string): string =>
  text.replace(/[\\`*_[\]<>|#]/g, '\\$&').replaceAll(/\s*\n\s*/g, ' ');

function blockLines(block: Block): string[] {
  if ('text' in block) return [escaped(block.text), ''];
  if ('list' in block) return [...block.list.map((item) => `- ${escaped(item)}`), ''];
  const { columns, rows } = block.table;
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(columns), `|${columns.map(() => '---').join('|')}|`, ...rows.map(line), ''];
}

export const markdownOf = ({ title, notes, sections }: Document): string =>
  [
    `# ${escaped(title)}`,
    '',
    ...notes.flatMap((note) => [escaped(note), '']),
    ...sections.flatMap(({ heading, blocks }) => [
      `## ${escaped(heading)}`,
      '',
      ...blocks.flatMap(blockLines),
    ]),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
