const width = 30;

/** Tells how far long work is, on stderr: a bar that stays in its line on a terminal, else a line now and then. */
export function progressOf(title: string): { show(share: number, label: string): void; end(): void } {
  let tenth = -1;
  return {
    show(share, label) {
      const full = Math.round(share * width);
      const percent = String(Math.round(share * 100)).padStart(3);
      if (process.stderr.isTTY)
        process.stderr.write(
          `\r${title} ${'█'.repeat(full)}${'░'.repeat(width - full)} ${percent} %  ${label}\u001b[K`,
        );
      else if (Math.floor(share * 10) > tenth) process.stderr.write(`${title} ${percent} %  ${label}\n`);
      tenth = Math.max(tenth, Math.floor(share * 10));
    },
    end() {
      if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    },
  };
}
