import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { EVENT_TYPES } from '#canonical';
import { asyncApi, componentOf, eventCatalogue } from '#webhooks';

const reference = join(import.meta.dirname, '../../docs/reference');
const types = Object.keys(EVENT_TYPES) as (keyof typeof EVENT_TYPES)[];

describe('docs/reference/asyncapi.json', () => {
  let text: string;
  beforeAll(() => {
    text = readFileSync(join(reference, 'asyncapi.json'), 'utf8');
  });

  it('is a valid AsyncAPI 3 document', () => {
    const check = join(import.meta.dirname, '../support/asyncapi-check.mjs');
    const found = JSON.parse(execFileSync(process.execPath, [check], { input: text, encoding: 'utf8' })) as {
      version: string;
      messages: string[];
      faults: string[];
    };
    expect(found.faults).toEqual([]);
    expect(found.version).toBe('3.0.0');
    expect(found.messages.sort()).toEqual([...types].sort());
  }, 120_000);

  it('is what the catalogue says', () => {
    const written = JSON.parse(text) as { info: { version: string } };
    expect(written).toEqual(JSON.parse(JSON.stringify(asyncApi(written.info.version))));
  });
});

describe('docs/reference/openapi.json', () => {
  it('has a webhook for every type, with its schema and sample', () => {
    const document = JSON.parse(readFileSync(join(reference, 'openapi.json'), 'utf8')) as {
      openapi: string;
      webhooks: Record<string, { post: { requestBody: { content: Record<string, { example: unknown }> } } }>;
      components: { schemas: Record<string, unknown> };
    };
    expect(document.openapi).toMatch(/^3\.1/);
    expect(Object.keys(document.webhooks).sort()).toEqual([...types].sort());
    for (const entry of eventCatalogue()) {
      const { content } = document.webhooks[entry.type]!.post.requestBody;
      expect(content['application/cloudevents+json']!.example).toEqual(entry.sample);
      expect(document.components.schemas[componentOf(entry.type)]).toEqual(JSON.parse(JSON.stringify(entry.schema)));
    }
  });
});
