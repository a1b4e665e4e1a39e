import type { Command } from 'commander';
import { newSecret, signedHeaders, signer, verifyWebhook } from '#webhooks';
import type { Api } from '../api.js';
import { CliError, EXIT } from '../exit.js';
import { note, print } from '../output.js';
import { api, at, confirm, globals, query, readInput, readText, verb } from '../verbs.js';

const ENDPOINTS = ['id', 'name', 'kind', 'url', 'types', 'state', 'health.breaker', 'health.waiting', 'disabledReason'];
const DELIVERIES = ['id', 'state', 'type', 'attempts', 'createdAt', 'endedAt', 'nextAt', 'lastError'];
const POLL_MS = 1000;
const TIME = 'RFC 3339, or how long ago: 30m, 6h, 3d';

/** `isthmus webhooks …`: endpoints, deliveries, and a bench for those who write receivers. */
export function webhookCommands(program: Command): void {
  const webhooks = program.command('webhooks').description('downstream endpoints and their deliveries');
  endpoints(webhooks);
  deliveries(webhooks);
  bench(webhooks);
}

function endpoints(webhooks: Command): void {
  const noun = webhooks.command('endpoints').description('list, add, change, test and remove endpoints');
  noun.action(async (_o: unknown, command: Command) => {
    print(await api(command).get('/endpoints'), globals(command).output, ENDPOINTS);
  });
  verb(noun, 'list', 'list endpoints', (a) => a.get('/endpoints'), { columns: ENDPOINTS });
  verb(noun, 'show <id>', 'one endpoint', (a, [id]) => a.get(`/endpoints/${at(id)}`));
  const addOptions = [['--types <list>', 'event types or prefixes ending in *, comma separated']] as const;
  const add = (a: Api, name: string, url: string, types: string | undefined) =>
    a.post('/endpoints', { name, url, types: types?.split(',') ?? [] });
  verb(
    noun,
    'add <name> <url>',
    'register an endpoint; its secret is shown once',
    (a, [n, u], o) => add(a, n!, u!, o['types']),
    { options: addOptions },
  );
  verb(
    webhooks,
    'add <name> <url>',
    'register an endpoint; its secret is shown once',
    (a, [n, u], o) => add(a, n!, u!, o['types']),
    { options: addOptions },
  );
  verb(noun, 'create <file>', 'register an endpoint with all its settings (JSON or YAML, - is stdin)', (a, [file]) =>
    a.post('/endpoints', readInput(file!)),
  );
  verb(
    noun,
    'change <id> <file>',
    'change settings of an endpoint (JSON or YAML, - is stdin)',
    async (a, [id, file]) => {
      const { version } = await a.get<{ version: number }>(`/endpoints/${at(id)}`);
      return a.send('PATCH', `/endpoints/${at(id)}`, { version, ...readInput(file!) });
    },
  );
  for (const [name, state] of [
    ['disable', 'disabled'],
    ['enable', 'enabled'],
  ] as const)
    for (const under of [noun, webhooks])
      verb(
        under,
        `${name} <id>`,
        `${name} an endpoint; what waits for it is kept`,
        async (a, [id]) => {
          const { version } = await a.get<{ version: number }>(`/endpoints/${at(id)}`);
          return a.send('PATCH', `/endpoints/${at(id)}`, { version, state });
        },
        { columns: ENDPOINTS },
      );
  for (const under of [noun, webhooks]) {
    const remove: Command = verb(under, 'remove <id>', 'remove an endpoint and its log', (a, [id]) => {
      confirm(remove, 'The endpoint and its delivery log will be gone.');
      return a.send('DELETE', `/endpoints/${at(id)}`);
    });
  }
  verb(noun, 'keys <id>', 'signing keys', (a, [id]) => a.get(`/endpoints/${at(id)}/keys`), {
    columns: ['id', 'kind', 'publicKey', 'createdAt', 'retiresAt'],
  });
  verb(
    noun,
    'rotate <id>',
    'a new key; the old ones sign beside it for a while',
    (a, [id], o) =>
      a.post(`/endpoints/${at(id)}/keys`, {
        ...(o['kind'] ? { kind: o['kind'] } : {}),
        ...(o['overlap'] === undefined ? {} : { overlapHours: hours('--overlap', o['overlap']) }),
      }),
    {
      options: [
        ['--kind <kind>', 'v1 (HMAC) or v1a (ed25519)'],
        ['--overlap <hours>', 'how long the old keys go on signing; 24 unless told otherwise'],
      ],
    },
  );
}

function deliveries(webhooks: Command): void {
  verb(
    webhooks,
    'deliveries <endpoint>',
    'the delivery log, newest event first',
    (a, [id], o) => a.get(`/endpoints/${at(id)}/deliveries${query({ ...o, ...timesOf(o) })}`),
    {
      columns: DELIVERIES,
      options: [
        ['--state <state>', 'ready, claimed, parked, delivered, failed, or undelivered'],
        ['--type <type>', 'of one type of event'],
        ['--since <time>', TIME],
        ['--until <time>', TIME],
        ['--limit <n>', 'at most 500'],
        ['--cursor <c>', ''],
      ],
    },
  );
  verb(
    webhooks,
    'attempts <delivery>',
    'every attempt of a delivery',
    (a, [id]) => a.get(`/deliveries/${at(id)}/attempts`),
    {
      columns: ['n', 'at', 'ms', 'status', 'errorClass', 'ip', 'error'],
    },
  );
  verb(
    webhooks,
    'delivery <delivery>',
    'one delivery: the body, and every attempt with the headers and the body of its answer',
    async (a, [id]) => {
      const one = await a.get<Record<string, unknown>>(`/deliveries/${at(id)}`);
      return { ...one, attempts: (await a.get<{ items: unknown[] }>(`/deliveries/${at(id)}/attempts`)).items };
    },
  );
  verb(webhooks, 'resend <delivery>', 'send it again now, with the same webhook-id', (a, [id]) =>
    a.post(`/deliveries/${at(id)}/resend`),
  );
  verb(webhooks, 'skip <delivery>', 'give it up, so that those behind it go on', (a, [id]) =>
    a.post(`/deliveries/${at(id)}/skip`),
  );
  const options = [
    ['--since <time>', TIME],
    ['--until <time>', TIME],
    ['--dry-run', 'only count'],
  ] as const;
  verb(
    webhooks,
    'recover <endpoint>',
    'send again everything that was given up since a time',
    async (a, [id], o) => {
      const recover = (dryRun: boolean) =>
        a.post<{ deliveries: number; more: boolean }>(`/endpoints/${at(id)}/recover`, { ...span, dryRun });
      const span = spanOf(o);
      const found = (await recover(true)).deliveries;
      if (o['dryRun']) return { deliveries: found };
      // What fails again at once would be found for ever.
      for (let total = 0; ;) {
        const made = await recover(false);
        total += made.deliveries;
        if (!made.more || total >= found) return { deliveries: total };
      }
    },
    { options },
  );
  verb(
    webhooks,
    'replay <endpoint>',
    'deliver events since a time that never became deliveries of it',
    async (a, [id], o) => {
      const replay = (body: object) =>
        a.post<{ deliveries: number; continueFrom: string | null }>(`/endpoints/${at(id)}/replay-missing`, body);
      const span = spanOf(o);
      if (o['dryRun']) {
        // Nothing is made by counting, so that the next count would begin with what this one has counted.
        const counted = await replay({ ...span, dryRun: true });
        return { deliveries: counted.deliveries, more: counted.continueFrom !== null };
      }
      let total = 0;
      for (let since = span.since; ;) {
        const made = await replay({ ...span, since });
        total += made.deliveries;
        if (made.continueFrom === null) return { deliveries: total };
        since = made.continueFrom;
      }
    },
    { options },
  );
}

function bench(webhooks: Command): void {
  verb(webhooks, 'types', 'the event types', (a) => a.get('/event-types'), {
    columns: ['type', 'version', 'en', 'zh', 'operational'],
  });
  verb(
    webhooks,
    'sample <language>',
    'a program that verifies: typescript, python, java, go or shell',
    async (a, [language]) => {
      const { items } = await a.get<{ items: { language: string; code: string }[] }>('/webhooks/samples');
      const found = items.find((s) => s.language === language);
      if (!found)
        throw new CliError(
          `There is no sample in "${language}"; there are ${items.map((s) => s.language).join(', ')}.`,
          EXIT.notFound,
        );
      process.stdout.write(found.code);
      return undefined;
    },
  );
  verb(
    webhooks,
    'trigger <endpoint>',
    'send a test, or a sample of a type marked as a test',
    (a, [id], o) => a.post(`/endpoints/${at(id)}/test`, o['type'] ? { type: o['type'] } : {}),
    { options: [['--type <type>', 'what it shall look like']] },
  );
  verb(
    webhooks,
    'sign <file>',
    'the headers that sign a body (- is stdin); nothing is sent',
    (_a, [file], o) => {
      const key = needed(o['secret'], '--secret');
      return Promise.resolve(
        keyed(() => signedHeaders([signer(key)], o['id'] ?? 'msg_cli', timeOf(o['timestamp']), readText(file!))),
      );
    },
    {
      options: [
        ['--secret <key>', 'whsec_… or whsk_…'],
        ['--id <id>', 'webhook-id'],
        ['--timestamp <seconds>', 'since 1970; now unless given'],
      ],
    },
  );
  verb(
    webhooks,
    'verify <file>',
    'verify a body as a receiver must (- is stdin)',
    (_a, [file], o) => {
      const key = needed(o['secret'], '--secret');
      const headers = { id: o['id'], timestamp: o['timestamp'], signature: o['signature'] };
      const r = keyed(() => verifyWebhook([key], headers, readText(file!), new Date()));
      if (!r.ok) throw new CliError(`Not accepted: ${r.why.en}.`, EXIT.failed);
      return Promise.resolve({ ok: true });
    },
    {
      options: [
        ['--secret <key>', 'whsec_… or whpk_…'],
        ['--id <id>', 'header webhook-id'],
        ['--timestamp <seconds>', 'header webhook-timestamp'],
        ['--signature <list>', 'header webhook-signature'],
      ],
    },
  );
  webhooks
    .command('listen <url>')
    .description('forward live events to a receiver on this machine, signed, until Ctrl-C')
    .option('--types <list>', 'event types or prefixes ending in *, comma separated')
    .option('--secret <key>', 'whsec_… to sign with; a new one unless given')
    .action(async (url: string, o: { types?: string; secret?: string }, command: Command) => {
      await listen(api(command), url, o.types?.split(',') ?? [], o.secret ?? newSecret());
    });
}

/** Fetches what happens from now on through an endpoint of kind `pull`, which ends with the command. */
async function listen(a: Api, url: string, types: readonly string[], secret: string): Promise<void> {
  const key = keyed(() => signer(secret));
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new CliError(`<url>: found "${url}"; needed: one such as http://127.0.0.1:3000/hooks.`, EXIT.usage);
  const { id } = await a.post<{ id: string }>('/endpoints', { name: `listen ${process.pid}`, kind: 'pull', types });
  const over = new AbortController();
  const end = () => over.abort();
  process.removeAllListeners('SIGINT').once('SIGINT', end).once('SIGTERM', end);
  note(`Forwarding to ${url}; the secret is ${secret}`);
  try {
    let cursor = 'latest';
    while (!over.signal.aborted) {
      const page = await a.get<{ items: { id: string; type: string }[]; nextCursor: string }>(
        `/endpoints/${at(id)}/events?limit=100&cursor=${cursor}`,
      );
      for (const event of page.items) note(`${event.type.padEnd(20)} ${event.id} → ${await forward(url, key, event)}`);
      cursor = page.nextCursor;
      if (page.items.length === 0) await new Promise((r) => setTimeout(r, POLL_MS));
    }
  } finally {
    await a.send('DELETE', `/endpoints/${at(id)}`);
  }
}

async function forward(url: string, key: ReturnType<typeof signer>, event: { id: string }): Promise<string> {
  const body = JSON.stringify(event);
  const headers = {
    'content-type': 'application/cloudevents+json',
    ...signedHeaders([key], event.id.replace(/^evt_/, 'msg_'), new Date(), body),
  };
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(15_000),
    });
    return String(answer.status);
  } catch (e) {
    return e instanceof Error ? ((e.cause as Error | undefined)?.message ?? e.message) : String(e);
  }
}

function spanOf(o: Record<string, string | undefined>): { since: string; until?: string } {
  needed(o['since'], '--since');
  return timesOf(o) as { since: string };
}

/** `--since` and `--until`, as the API takes them. */
function timesOf(o: Record<string, string | undefined>): { since?: string; until?: string } {
  const given = (['since', 'until'] as const).filter((name) => o[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, instant(`--${name}`, o[name]!)]));
}

function instant(flag: string, text: string): string {
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const ms = { m: 60_000, h: 3_600_000, d: 86_400_000 }[unit as 'm' | 'h' | 'd'];
  if (count !== undefined) return new Date(Date.now() - Number(count) * ms).toISOString();
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(Date.parse(text)))
    throw new CliError(
      `${flag}: found "${text}"; needed: a time such as 2026-01-31T09:00:00Z, or how long ago: 30m, 6h, 3d.`,
      EXIT.usage,
    );
  return text;
}

function hours(flag: string, text: string): number {
  if (!/^\d{1,3}$/.test(text))
    throw new CliError(`${flag}: found "${text}"; needed: a whole number of hours, at most 720.`, EXIT.usage);
  return Number(text);
}

function needed(value: string | undefined, flag: string): string {
  if (value === undefined) throw new CliError(`${flag} is needed.`, EXIT.usage);
  return value;
}

function timeOf(seconds: string | undefined): Date {
  if (seconds === undefined) return new Date();
  if (!/^\d{1,12}$/.test(seconds))
    throw new CliError('--timestamp is a whole number of seconds since 1970.', EXIT.usage);
  return new Date(Number(seconds) * 1000);
}

function keyed<T>(work: () => T): T {
  try {
    return work();
  } catch (e) {
    throw new CliError(`The key cannot be used: ${e instanceof Error ? e.message : String(e)}.`, EXIT.usage);
  }
}
