import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createLogger } from '#platform';
import { ConnectorCatalogue } from '#systems';
import { openApiWebhooks } from '#webhooks';
import { HubModule } from '../hub.module.js';

export const API_PREFIX = 'api/v1';

/** OpenAPI 3.1 of the API, from the same schemas that validate its requests. */
export function openApi(app: INestApplication, version: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Isthmus 连岛')
    .setDescription('The API of the integration hub. Errors are problem documents (RFC 9457); lists are cursor pages.')
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key: isthmus_live_…' })
    .addCookieAuth('isthmus_session')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    standardSchemaConverter: convert,
    deepScanRoutes: true,
  });
  const { webhooks, schemas } = openApiWebhooks();
  return {
    ...document,
    webhooks: webhooks as NonNullable<OpenAPIObject['webhooks']>,
    components: {
      ...document.components,
      schemas: { ...document.components?.schemas, ...(schemas as Record<string, never>) },
    },
  };
}

/** zod → JSON Schema 2020-12, with schemas that have an `id` as named components. */
function convert(schema: unknown, { schemaType }: { schemaType: 'input' | 'output' }) {
  if (!(schema instanceof z.ZodType)) return undefined;
  const json = z.toJSONSchema(schema, {
    io: schemaType,
    target: 'draft-2020-12',
    reused: 'inline',
    unrepresentable: 'any',
  }) as Record<string, unknown>;
  const {
    $schema: _,
    $defs = {},
    ...body
  } = json as { $schema?: string; $defs?: Record<string, unknown> } & Record<string, unknown>;
  const components: Record<string, unknown> = { ...$defs };
  const id = body['id'];
  if (typeof id !== 'string') return { schema: body, components: strip(components) };
  components[id] = body;
  return { schema: { $ref: `#/components/schemas/${id}` }, components: strip(components) };
}

/** `id` names a component; inside one it would be a base URI of its own. */
function strip(components: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(components).map(([name, c]) => {
      const { id: _, ...rest } = c as Record<string, unknown>;
      return [name, rest];
    }),
  );
}

/** The document without a running hub: nothing is connected, nothing is instantiated. */
export async function offlineOpenApi(version: string): Promise<OpenAPIObject> {
  const connection = { host: '', port: 0, user: '', password: '', database: '' };
  const app = await NestFactory.create(
    HubModule.with({
      hub: {
        role: 'api',
        connection,
        publicUrl: () => '',
        secureCookies: () => false,
        keep: { inbox: 1, dedupe: 1, events: 1, ledger: 1, pins: 1, facts: 1 },
        version,
      },
      platform: {
        log: createLogger({ level: 'silent', service: 'openapi', version }),
        version,
        egress: { allow: [] },
        masterKeys: [Buffer.alloc(32)],
      },
      database: { connection, poolSize: 1, migrations: [], applicationName: '' },
      queue: { driver: 'postgres', connection, prefix: '' },
      connectors: ConnectorCatalogue.empty(),
    }),
    new FastifyAdapter(),
    { preview: true, logger: false },
  );
  app.setGlobalPrefix(API_PREFIX);
  return openApi(app, version);
}
