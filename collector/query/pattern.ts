import { RE2JS } from 're2js';

/** Regular expressions from outside run in linear time (RE2 syntax), so no pattern can stall a reader. */
export type Pattern = (value: string) => boolean;

/** Null where the text is not a regular expression. The pattern may match anywhere in the value. */
export function pattern(text: string): Pattern | null {
  try {
    const compiled = RE2JS.compile(text);
    return (value) => compiled.matcher(value).find();
  } catch {
    return null;
  }
}
