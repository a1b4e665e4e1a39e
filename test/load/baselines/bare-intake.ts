import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PostgresConnection } from '#platform';
import pg from 'pg';

/**
 * The bare durable intake: HTTP → group commit on one connection → answer, and nothing around it: no key, no schema,
 * no dedupe, no ledger. What the product costs is measured against it.
 */
const connection = JSON.parse(process.argv[2]!) as PostgresConnection;
const db = new pg.Client(connection);
await db.connect();
await db.query(
  'create table if not exists bare (id bigint generated always as identity primary key, message_id text, data jsonb)',
);

interface Waiting {
  readonly events: readonly Record<string, unknown>[];
  readonly done: () => void;
}
let waiting: Waiting[] = [];
let busy = false;

async function drain(): Promise<void> {
  busy = true;
  await new Promise((r) => setImmediate(r));
  while (waiting.length > 0) {
    const group = waiting;
    waiting = [];
    const rows = group.flatMap((w) => w.events.map((e) => ({ message_id: e['messageId'], data: e })));
    await db.query({
      name: 'bare.store',
      text: 'insert into bare (message_id, data) select message_id, data from jsonb_to_recordset($1::jsonb) as t(message_id text, data jsonb)',
      values: [JSON.stringify(rows)],
    });
    for (const w of group) w.done();
  }
  busy = false;
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (d: Buffer) => parts.push(d));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>;
    const events = (Array.isArray(body['batch']) ? body['batch'] : [body]) as Record<string, unknown>[];
    waiting.push({
      events,
      done: () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"success":true}'),
    });
    if (!busy) void drain();
  });
});
server.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })),
);
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
