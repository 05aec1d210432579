import { fileURLToPath } from 'node:url';

/** The folder of the build: what stands beside `collector/` in it, and `dist/` when the sources run themselves. */
export const dist = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../dist/' : '../', import.meta.url),
);
