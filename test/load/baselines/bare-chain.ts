import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PostgresConnection } from '#platform';
import pg from 'pg';
import { Pool } from 'undici';

/**
 * The bare chain: HTTP → group commit → ack; a login is written to an outbox in the same commit, claimed at once in
 * batches, put to the target, and marked. No client, no segment, no campaign, no gate, no ledger of attempts.
 */
const { connection, target } = JSON.parse(process.argv[2]!) as { connection: PostgresConnection; target: string };
const [writer, sender] = [new pg.Client(connection), new pg.Client(connection)];
await Promise.all([writer.connect(), sender.connect()]);
await writer.query(`
  create table if not exists bare (id bigint generated always as identity primary key, data jsonb);
  create table if not exists outbox (id text primary key, user_id text, sent boolean not null default false);
  create index if not exists outbox_open on outbox (id) where not sent`);

type Event = Record<string, unknown>;
let waiting: { event: Event; done: () => void }[] = [];
let writing = false;
let sending = false;
let alarmed = false;
const pool = new Pool(target, { connections: 32 });

async function write(): Promise<void> {
  writing = true;
  await new Promise((r) => setImmediate(r));
  while (waiting.length > 0) {
    const group = waiting;
    waiting = [];
    await writer.query({
      name: 'chain.store',
      text: `with e as (select data from jsonb_array_elements($1::jsonb) as t(data)),
        o as (insert into outbox (id, user_id) select data ->> 'messageId', data ->> 'userId' from e where data ->> 'event' = 'Logged In' on conflict do nothing)
        insert into bare (data) select data from e`,
      values: [JSON.stringify(group.map((w) => w.event))],
    });
    for (const w of group) w.done();
    alarmed ||= group.some((w) => w.event['event'] === 'Logged In');
    if (alarmed && !sending) void send();
  }
  writing = false;
}

async function send(): Promise<void> {
  sending = true;
  while (alarmed) {
    alarmed = false;
    const { rows } = await sender.query<{ id: string; user_id: string }>({
      name: 'chain.claim',
      text: 'select id, user_id from outbox where not sent order by id limit 100 for update skip locked',
    });
    if (rows.length === 0) continue;
    await Promise.all(
      rows.map(async (r) => {
        const body = JSON.stringify({ userId: r.user_id, title: 'Alarm', body: 'Stay.' });
        const answer = await pool.request({
          method: 'PUT',
          path: `/messages/${r.id}`,
          headers: { 'content-type': 'application/json' },
          body,
        });
        await answer.body.dump();
      }),
    );
    await sender.query({
      name: 'chain.sent',
      text: 'update outbox set sent = true where id = any($1)',
      values: [rows.map((r) => r.id)],
    });
    alarmed = true;
  }
  sending = false;
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (d: Buffer) => parts.push(d));
  request.on('end', () => {
    waiting.push({
      event: JSON.parse(Buffer.concat(parts).toString()) as Event,
      done: () => response.writeHead(200).end('{"success":true}'),
    });
    if (!writing) void write();
  });
});
server.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })),
);
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
