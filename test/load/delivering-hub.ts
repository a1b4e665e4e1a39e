import 'reflect-metadata';
import { DRAINS } from '#canonical';
import { hubSettings } from '#config';
import { createLogger, Database, readSettings, Wakes, writeEvents } from '#platform';
import { startHub } from '../../apps/hub/src/start.js';

/**
 * A whole hub that also writes events of 1 KB, as its own writers do: in a transaction, with a wake after the commit.
 * Commands come by IPC; each is answered with how many were written.
 */
export type Command =
  /** Writes `n` events as fast as they commit, 500 in a transaction. */
  | { readonly kind: 'backlog'; readonly n: number }
  /** Writes `rate` events a second for `seconds`, in small transactions one after the other. */
  | { readonly kind: 'rate'; readonly rate: number; readonly seconds: number };

const log = createLogger({ level: process.env['ISTHMUS_LOG_LEVEL'] ?? 'warn', service: 'bench', version: '0' });
const hub = await startHub(readSettings(hubSettings, process.env), log);
const db = hub.app.get(Database);
const wakes = hub.app.get(Wakes);
const PAD = 'x'.repeat(640);
let version = 0;

function write(n: number): Promise<void> {
  return db.tx(async (tx) => {
    const sentAt = Date.now();
    await writeEvents(
      tx,
      Array.from({ length: n }, () => ({
        type: 'client.updated',
        clientId: '01890000-0000-7000-8000-000000000002',
        subject: 'client/cli_01kx2v8q4de9t8r6m5n4p3q2w1',
        origin: 'live' as const,
        data: { sentAt, version: ++version, pad: PAD },
      })),
    );
    tx.afterCommit(() => wakes.wake(DRAINS.route));
  });
}

async function run(c: Command): Promise<number> {
  if (c.kind === 'backlog') {
    for (let left = c.n; left > 0; left -= 500) await write(Math.min(500, left));
    return c.n;
  }
  // One writer, as applying is one lane: what has come due meanwhile goes into the next transaction.
  const started = performance.now();
  let sent = 0;
  while (performance.now() - started < c.seconds * 1000) {
    const due = Math.floor(((performance.now() - started) / 1000) * c.rate);
    if (due > sent) await write(due - sent);
    sent = Math.max(sent, due);
    await new Promise((r) => setTimeout(r, 1));
  }
  return sent;
}

process.on('message', (c: Command) => {
  void run(c).then((n) => process.send!(n));
});
process.on('SIGTERM', () => void hub.stop().then(() => process.exit(0)));
console.log(JSON.stringify({ msg: 'the hub is ready', url: hub.url }));
