import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { Journal } from '../journal.js';
import type { HubAddress } from '../peer.js';
import { type Answer, type Asked, openDoor } from '../wire/http-door.js';

export interface Downstream {
  /** Where the hub's webhooks go. */
  readonly url: string;
  /** Deliveries whose signature was good, those refused, and how many ids the good ones have. */
  counts(): { received: number; refused: number; distinct: number };
  close(): Promise<void>;
}

/** A delivery: with the id when its signature was good, without when it was refused. */
interface Entry {
  readonly id?: string;
}

/**
 * The system that listens to the hub: verifies every delivery with the reference library of Standard Webhooks. 204 when
 * it is good, 401 when it is not, 503 while nobody has told the secret. The secret, told once, and the counts survive
 * a restart.
 */
export async function startDownstream(o: { dataDir: string; hub: () => HubAddress | undefined }): Promise<Downstream> {
  mkdirSync(o.dataDir, { recursive: true });
  const secretFile = join(o.dataDir, 'downstream.secret');
  const { journal, past } = Journal.open<Entry>(join(o.dataDir, 'downstream.jsonl'));
  const ids = new Set<string>();
  let received = 0;
  let refused = 0;
  let kept = textIn(secretFile);

  function secret(): string | undefined {
    const told = o.hub()?.webhookSecret;
    if (told !== undefined && told !== kept) writeFileSync(secretFile, (kept = told), { mode: 0o600 });
    return kept;
  }

  function count({ id }: Entry): void {
    if (id === undefined) refused++;
    else {
      received++;
      ids.add(id);
    }
  }

  function deliver({ headers, body }: Asked): Answer {
    const key = secret();
    if (key === undefined) return { status: 503, body: { error: 'nobody has told the secret yet' } };
    const id = headers['webhook-id'];
    const good = verifies(key, body, headers as Record<string, string>) && typeof id === 'string';
    const entry = good ? { id } : {};
    journal.append(entry);
    count(entry);
    return good ? { status: 204 } : { status: 401, body: { error: 'the signature is bad' } };
  }

  for (const entry of past) count(entry);
  secret();
  const door = await openDoor({ portFile: join(o.dataDir, 'downstream.port'), routes: { 'POST /hooks': deliver } });
  return {
    url: `${door.url}/hooks`,
    counts() {
      // Asked often enough to keep a secret that is told while nothing is delivered.
      secret();
      return { received, refused, distinct: ids.size };
    },
    async close() {
      secret();
      await door.close();
      journal.close();
    },
  };
}

function verifies(secret: string, body: Buffer, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(body.toString('utf8'), headers, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

function textIn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
