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
    // Ant Design and React, about 210 kB as they travel.
    chunkSizeWarningLimit: 1000,
    target: ['chrome111', 'edge111', 'firefox114', 'safari16.4'],
    rolldownOptions: {
      // Ant Design marks its files "use client" for servers that render React; there is none here.
      checks: { moduleLevelDirective: false },
      output: {
        codeSplitting: { groups: [{ name: 'vendor', test: /node_modules/ }] },
      },
    },
  },
  server: { port: 5173, proxy: { '/api': hub } },
});
