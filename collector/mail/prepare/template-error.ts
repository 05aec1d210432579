import type { PrepareOptions } from '../../../schema/mail.ts';

/** What of the options is wrong. */
export type Field = keyof PrepareOptions;

/** A template, or what is to be done to it, cannot be used: what is wrong, and what to do about it. For the operator. */
export class TemplateError extends Error {
  readonly hint: string;
  readonly field: Field;

  constructor(message: string, hint: string, field: Field = 'html') {
    super(message);
    this.hint = hint;
    this.field = field;
  }
}
