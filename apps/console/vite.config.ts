import { defineConfig } from 'vite';
import { precompress } from './precompress.js';

const hub = process.env['ISTHMUS_URL'] ?? 'http://127.0.0.1:8420';

/** Built into dist/apps/console, where the hub serves it; in development the hub of ISTHMUS_URL answers the API. */
export default defineConfig({
  root: import.meta.dirname,
  cacheDir: '../../dist/.vite',
  plugins: [precompress()],
  build: {
    outDir: '../../dist/apps/console',
    emptyOutDir: true,
    target: ['chrome111', 'edge111', 'firefox114', 'safari16.4'],
    rolldownOptions: {
      output: {
        codeSplitting: { groups: [{ name: 'vendor', test: /node_modules/ }] },
      },
    },
  },
  server: { port: 5173, proxy: { '/api': hub } },
});
