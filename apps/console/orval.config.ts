import { defineConfig } from 'orval';

/** The API client, from the document that the hub is generated to match. `npm run console:client`. */
export default defineConfig({
  hub: {
    input: '../../docs/reference/openapi.json',
    output: {
      mode: 'split',
      target: './src/api/generated/hub.ts',
      client: 'react-query',
      httpClient: 'fetch',
      clean: true,
      override: {
        mutator: { path: './src/api/request.ts', name: 'request' },
        fetch: { includeHttpResponseReturnType: false },
      },
    },
  },
});
