import type { Range } from './tags.ts';

/** What to put in place of a part of the text. */
export interface Edit extends Range {
  readonly text: string;
}

/** The text with the edits, all else byte for byte. Edits in the same place keep their order; none may overlap. */
export function edited(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    if (edit.start < from || edit.end < edit.start) throw new RangeError('Two edits overlap.');
    parts.push(text.slice(from, edit.start), edit.text);
    from = edit.end;
  }
  return [...parts, text.slice(from)].join('');
}
