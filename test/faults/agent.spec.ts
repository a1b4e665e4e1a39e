import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { brokerIsInstalled, PrivateBroker } from '../support/broker.js';
import { CommissionDesk, fill, type TestCounter, testCounter } from '../support/counter.js';
import { dice } from '../support/dice.js';
import { freePort } from '#platform';
import { until } from '../support/hub.js';
import { built } from '../support/processes.js';
import { Program } from '../support/program.js';
import { connectionUrl, testDatabase } from '../support/servers.js';

const CLIENTS = 40;
const ROUNDS = 7;
const withBroker = (await brokerIsInstalled()) ? describe : describe.skip;

withBroker('an agent that reaches the hub by a broker', () => {
  let broker: PrivateBroker;
  let bench: Bench;
  let desk: CommissionDesk;
  const random = dice();
  beforeAll(async () => {
    broker = await PrivateBroker.start();
    bench = await Bench.start({ ISTHMUS_BROKER_URL: broker.url });
    desk = new CommissionDesk(bench.counter);
  }, 180_000);
  afterAll(async () => {
    await desk?.stop();
    await bench?.stop();
    await broker?.stop();
  });

  it('brings every row once, however hub, agent and broker are killed in turn', async () => {
    await bench.register();
    await bench.clientsAre(CLIENTS);
    const growing = grow(bench.counter, random);
    try {
      for (let round = 0; round < ROUNDS; round++) {
        await pause(300 + random() * 1500);
        const victim = (['agent', 'hub', 'broker'] as const)[round % 3]!;
        const away = random() * 800;
        if (victim === 'broker') {
          await broker.kill();
          await pause(away);
          await broker.again();
        } else {
          await bench[victim].kill();
          await pause(away);
          bench[victim].launch();
        }
      }
    } finally {
      await growing.stop();
    }
    await bench.holdsWhatTheCounterHas();
    expect(bench.died()).toEqual({ hub: 0, agent: 0 });
  }, 240_000);

  it('brings every command once, and its outcome', async () => {
    await bench.counterIsSlow();
    const launched = await bench.launch();
    for (const victim of ['agent', 'broker', 'hub', 'agent', 'hub'] as const) {
      await pause(100 + random() * 700);
      if (victim === 'broker') {
        await broker.kill();
        await broker.again();
      } else {
        await bench[victim].kill();
        bench[victim].launch();
      }
    }
    await bench.everyCommandArrivedOnce(launched);
    // The kills did hit commands on their way; otherwise this shows nothing.
    expect(await bench.commandsInDoubt()).toBeGreaterThan(0);
    expect(bench.died()).toEqual({ hub: 0, agent: 0 });
  }, 300_000);

  it('stops in good order while the broker is away', async () => {
    await broker.kill();
    expect(await Promise.all([bench.agent.stop(), bench.hub.stop()])).toEqual([true, true]);
    await broker.again();
  }, 90_000);
});

describe('an agent of the same machine, by TCP', () => {
  let bench: Bench;
  let desk: CommissionDesk;
  beforeAll(async () => {
    bench = await Bench.start({ ISTHMUS_AGENT_TCP_PORT: String(await freePort()) });
    desk = new CommissionDesk(bench.counter);
  }, 180_000);
  afterAll(async () => {
    await desk?.stop();
    await bench?.stop();
  });

  it('brings rows and commands, and goes on when either side was killed', async () => {
    await bench.register();
    await bench.clientsAre(CLIENTS);
    await bench.hub.kill();
    await bench.counter.query(ADD_TRADE);
    bench.hub.launch();
    await bench.holdsWhatTheCounterHas();
    await bench.agent.kill();
    bench.agent.launch();
    expect((await bench.api('POST', '/systems/trading/check')).status).toBeLessThan(600);
    await bench.everyCommandArrivedOnce(await bench.launch());
    await bench.holdsWhatTheCounterHas();
    expect(bench.died()).toEqual({ hub: 0, agent: 0 });
  }, 180_000);
});

const ADD_TRADE = `insert into trade (fund_account, stock_account, stock_code, side, quantity, price, amount, commission, channel, trade_time)
  values ('8810001', 'A10001', '600519', 'B', 100, 10, 1000, 1, 'app', now() at time zone 'Asia/Shanghai')`;

/** A counter, a hub and an agent that hosts the counter's connector: each a process of its own. */
class Bench {
  private constructor(
    readonly counter: TestCounter,
    readonly hub: Program,
    readonly agent: Program,
    private readonly url: string,
    private readonly dir: string,
    private readonly db: pg.Pool,
  ) {}

  static async start(road: Record<string, string>): Promise<Bench> {
    const dir = await mkdtemp(join(tmpdir(), 'isthmus-agent-'));
    const counter = await testCounter('postgres');
    await fill(counter, CLIENTS);
    const database = await testDatabase();
    const port = await freePort();
    const common = { ...road, ISTHMUS_LOG_LEVEL: 'warn', ISTHMUS_EGRESS_ALLOW: '127.0.0.0/8' };
    const hub = new Program(built('hub'), {
      env: {
        ...common,
        ISTHMUS_DATA_DIR: dir,
        ISTHMUS_DATABASE_URL: connectionUrl(database),
        ISTHMUS_PORT: String(port),
        ISTHMUS_MASTER_KEYS: randomBytes(32).toString('base64'),
      },
    });
    const agent = new Program(built('agent'), {
      env: { ...common, ISTHMUS_AGENT_NAME: 'zone-a', COUNTER_PASSWORD: counter.settings.password },
    });
    hub.launch();
    agent.launch();
    const db = new pg.Pool({ ...database, max: 2 });
    db.on('error', () => {});
    return new Bench(counter, hub, agent, `http://127.0.0.1:${port}`, dir, db);
  }

  async stop(): Promise<void> {
    await this.agent.stop();
    await this.hub.stop();
    await this.db.end();
    await this.counter.stop();
    await rm(this.dir, { recursive: true, force: true });
  }

  /** How often each ended although nobody killed it. */
  died() {
    return { hub: this.hub.died, agent: this.agent.died };
  }

  async register(): Promise<void> {
    await this.waitFor('the hub', async () => (await this.api('GET', '/systems')).status === 200, 30_000);
    const settings = { ...this.counter.settings, password: '$env:COUNTER_PASSWORD', pollMs: 100, overlapSeconds: 5 };
    const system = { code: 'trading', name: 'Counter', connector: 'trading-sql', agent: 'zone-a', settings };
    expect((await this.api('POST', '/systems', system)).status).toBe(201);
  }

  clientsAre(n: number): Promise<unknown> {
    return this.waitFor(
      'all clients',
      async () => (await this.db.query('select from client where merged_into is null')).rowCount === n,
      60_000,
    );
  }

  /** Every row of the counter is in the hub's inbox, and no version of one twice. */
  async holdsWhatTheCounterHas(): Promise<void> {
    const tables = {
      clients: 'customer',
      'fund-accounts': 'fund_account',
      'security-accounts': 'security_account',
      assets: 'asset_daily',
      trades: 'trade',
      'cash-transfers': 'cash_transfer',
      'custody-transfers': 'custody_transfer',
    };
    const expected: Record<string, number> = {};
    for (const [stream, table] of Object.entries(tables))
      expected[stream] = Number((await this.counter.query(`select count(*)::int as n from ${table}`))[0]!['n']);
    const held = async () => {
      const { body } = await this.api<{ streams: { stream: string; keys: number }[] }>(
        'GET',
        '/systems/trading/reconciliation',
      );
      return Object.fromEntries((body?.streams ?? []).map((s) => [s.stream, s.keys]));
    };
    await this.waitFor(
      `the rows of ${JSON.stringify(expected)}`,
      async () => {
        const found = await held();
        return Object.entries(expected).every(([stream, n]) => found[stream] === n);
      },
      90_000,
    );
    // Rows of append-only tables have one version: each stands once in the inbox, and once among the facts.
    const repeated = await this.db.query(
      `select stream, key from inbox_record where stream in ('trades', 'cash-transfers', 'custody-transfers') group by 1, 2 having count(*) > 1
       union all select stream, dedupe_id from inbox_record group by 1, 2 having count(*) > 1`,
    );
    expect(repeated.rows).toEqual([]);
    await this.waitFor('all facts', async () => {
      const { rows } = await this.db.query<{ n: number }>("select count(*)::int as n from fact where kind = 'trade'");
      return rows[0]!.n === expected['trades'];
    });
    expect((await this.db.query('select * from quarantine')).rows).toEqual([]);
  }

  /** Launches a campaign that sets the commission of every client. @returns how many. */
  async launch(): Promise<number> {
    const call = async (path: string, body?: unknown, as?: 'approver') => {
      const answer = await this.api('POST', path, body, as);
      expect(answer.status).toBeLessThan(300);
    };
    await call('/segments', { code: 'everybody', name: 'Everybody', rule: 'true' });
    await this.waitFor(
      'the segment',
      async () => (await this.db.query('select from segment_member')).rowCount === CLIENTS,
    );
    const params = { fundAccount: '{{client.contact}}', rate: '1.5', effective: '2026-01-06', reason: 'stay' };
    const rate = { key: 'rate', title: 'Rate', action: 'commission.set', system: 'trading', params, wait: '1h' };
    const goal = { fact: 'custody.out', is: 'avoided' };
    const spec = { audience: { segment: 'everybody' }, control: 0, steps: [rate], goal };
    await call('/campaigns', { code: 'rates', name: 'Rates', spec });
    await call('/campaigns/rates/plan');
    await call('/campaigns/rates/submit');
    await call('/campaigns/rates/approve', {}, 'approver');
    await call('/campaigns/rates/launch');
    return CLIENTS;
  }

  /** From now on a request takes the counter a fifth of a second. */
  async counterIsSlow(): Promise<void> {
    await this.counter.query(
      `create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.2); return new; end $$;
       create trigger slow before insert on commission_request for each row execute function slow()`,
    );
  }

  /** Attempts that ended without an answer, or with a worker that died. */
  async commandsInDoubt(): Promise<number> {
    return (await this.db.query("select from action_attempt where status in ('unknown', 'lost')")).rowCount!;
  }

  /** Counted at the counter: one request for each action, and each action knows that it was applied. */
  async everyCommandArrivedOnce(n: number): Promise<void> {
    const actions = async () =>
      (
        await this.db.query<{ id: string; state: string; outcome: string | null }>(
          'select id, state, outcome from action',
        )
      ).rows;
    await this.waitFor(
      'all outcomes',
      async () => {
        const rows = await actions();
        return rows.length === n && rows.every((a) => a.state === 'proved');
      },
      150_000,
    );
    const decided = await actions();
    expect(decided.filter((a) => a.outcome !== 'applied')).toEqual([]);
    const requests = await this.counter.query('select request_id, fund_account from commission_request');
    expect(requests.map((r) => String(r['request_id'])).sort()).toEqual(decided.map((a) => a.id).sort());
    expect(new Set(requests.map((r) => r['fund_account'])).size).toBe(n);
  }

  async api<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    as: 'admin' | 'approver' = 'admin',
  ): Promise<{ status: number; body?: T }> {
    try {
      const key = (await readFile(join(this.dir, `${as}.key`), 'utf8')).trim();
      const response = await fetch(`${this.url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return text === '' ? { status: response.status } : { status: response.status, body: JSON.parse(text) as T };
    } catch {
      // It has just been killed, or is not up yet.
      return { status: 599 };
    }
  }

  /** Like `until`; a failure tells the last words of the programs. */
  private async waitFor(what: string, probe: () => Promise<boolean>, deadlineMs = 30_000): Promise<void> {
    try {
      await until(what, probe, deadlineMs);
    } catch (e) {
      const words = `hub: ${this.hub.lastWords}\nagent: ${this.agent.lastWords}`;
      throw new Error(`${(e as Error).message}\n${words}`, { cause: e });
    }
  }
}

/** Lets the counter's tables grow and change until it is stopped. */
function grow(counter: TestCounter, random: () => number): { stop(): Promise<void> } {
  const stop = new AbortController();
  const ended = (async () => {
    while (!stop.signal.aborted) {
      // Some of it is committed late, after what came later.
      const late = await counter.begin();
      await late.query(ADD_TRADE);
      for (let i = 0; i < 5; i++) await counter.query(ADD_TRADE);
      await counter.query(
        `insert into cash_transfer (fund_account, direction, amount, bank, transfer_time)
         values ('8810002', 'O', 5, '工商银行', now() at time zone 'Asia/Shanghai')`,
      );
      await counter.query(
        `update customer set occupation = ?, updated_at = clock_timestamp() at time zone 'Asia/Shanghai' where customer_no = ?`,
        [`职业${Math.floor(random() * 1000)}`, `C${10_000 + Math.floor(random() * CLIENTS)}`],
      );
      await pause(random() * 60);
      await late.end('commit');
    }
  })();
  return {
    async stop() {
      stop.abort();
      await ended;
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((r) => setTimeout(r, ms));
}
