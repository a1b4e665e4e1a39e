// Writes docs/reference/openapi.json from the built hub. CI runs it and fails when the file changes.
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { offlineOpenApi } from '../dist/apps/hub/src/http/openapi.js';
import { version } from '../dist/apps/hub/src/project.js';

const document = await offlineOpenApi(version);
writeFileSync(new URL('../docs/reference/openapi.json', import.meta.url), `${JSON.stringify(document, null, 2)}\n`);
