import { defineConfig } from 'vite';

/**
 * Builds the dashboard. Every script, style and picture is a file of its own with its hash in its name, so that the
 * strict Content-Security-Policy of the collector holds and /assets/ can be cached for ever.
 */
export default defineConfig({
  root: 'dashboard',
  base: '/',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/dashboard',
    emptyOutDir: true,
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
});
