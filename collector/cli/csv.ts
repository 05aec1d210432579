/** Values of people and programs elsewhere that a spreadsheet would run (OWASP, CSV Injection). */
const runs = /^[=+\-@\t\r]/;
/** What cannot stand without quotes: separators, quotes, ends of lines, and what would make the line a comment. */
const quoted = /[",\n\r]|^#|^\s|\s$/;

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = runs.test(value) ? `'${value}` : value;
  return quoted.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Lines before the table; a line's end in them would begin a row. */
const comment = (line: string): string => `# ${line.replace(/[\r\n]+/g, ' ')}`;

/**
 * A table as CSV (RFC 4180, but for lines that end with a line feed), after comment lines that begin with `#`. Numbers stand
 * as they are, no figure is a blank; texts that a spreadsheet would take for a formula get an apostrophe before them.
 */
export function csv(
  comments: readonly string[],
  names: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  const lines = [...comments.map(comment), ...[names, ...rows].map((row) => row.map(cell).join(','))];
  return lines.map((line) => `${line}\n`).join('');
}
