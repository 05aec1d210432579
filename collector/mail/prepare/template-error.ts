/** A template, or what is to be done to it, cannot be used: what is wrong, and what to do about it. For the operator. */
export class TemplateError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
