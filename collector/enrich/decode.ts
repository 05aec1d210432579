const escapes = /(?:%[0-9a-f]{2})+/gi;

/** Percent-encoding undone where it is valid UTF-8; else only the ASCII in it; what is left stays as it is. */
export function decode(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(escapes, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run.replace(/%[0-7][0-9a-f]/gi, (byte) => decodeURIComponent(byte));
    }
  });
}

/** As {@link decode}, but `%`, `/`, `?`, `#`, `\`, `&`, `=` and controls stay encoded: undone, they would mean something else. */
export function decodeForDisplay(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(escapes, (run) =>
    run
      .split(/(%(?:25|2f|3f|23|5c|26|3d|[01][0-9a-f]|7f))/i)
      .map((part, index) => (index % 2 === 1 ? part : decode(part)))
      .join(''),
  );
}
