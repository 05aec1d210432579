/** What makes a request a 400: what is wrong, where in the request (`[3].url`), and how to put it right. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
  readonly code: string;
  readonly path: string | undefined;
  readonly hint: string | undefined;

  constructor(code: string, message: string, path?: string, hint?: string) {
    super(message);
    this.code = code;
    this.path = path;
    this.hint = hint;
  }
}

/** A field of one event that cannot be accepted; the caller puts the event's place before the path. */
export const badField = (path: string, message: string, hint?: string): Malformed =>
  new Malformed('invalid_event', `"${path}" ${message}.`, path, hint);
