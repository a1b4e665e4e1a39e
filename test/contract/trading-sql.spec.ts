import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Message, RecordMessage } from '#connector-kit';
import {
  conformsInAction,
  conformsInForm,
  conformsInPull,
  open,
  type Opened,
  type Subject,
} from '../../libs/connector-kit/testing/index.js';
import trading from '../../libs/connectors/trading-sql/connector.js';
import type { TradingSettings } from '../../libs/connectors/trading-sql/settings.js';
import { CommissionDesk, type CounterDriver, fill, type TestCounter, testCounter } from '../support/counter.js';
import { withServer } from '../support/servers.js';
import { TcpLine } from '../support/tcp-line.js';

const CLIENTS = 12;

suite('postgres', describe);
suite('mariadb', withServer('TEST_MARIADB'));

function suite(driver: CounterDriver, describeIf: typeof describe): void {
  describeIf(`trading-sql on ${driver}`, () => {
    let still: TestCounter;
    let road: TcpLine;
    beforeAll(async () => {
      still = await testCounter(driver);
      await fill(still, CLIENTS);
      road = await TcpLine.to(still.settings);
    });
    afterAll(async () => {
      await road.stop();
      await still.stop();
    });

    const through = (host: string, port: number) => ({ ...still.settings, host, port });
    const subject: Subject<TradingSettings> = {
      connector: trading,
      settings: () => through('127.0.0.1', road.port),
      badCredential: () => ({ ...still.settings, password: 'not-the-password' }),
      aimedAt: through,
    };

    conformsInForm(subject);
    conformsInPull(subject, {
      atLeast: {
        clients: CLIENTS,
        'fund-accounts': CLIENTS,
        'security-accounts': CLIENTS,
        assets: 2 * CLIENTS,
        trades: CLIENTS,
        'cash-transfers': CLIENTS,
        'custody-transfers': CLIENTS,
      },
      maxRecords: 5,
    });

    describe('its commission desk', () => {
      let desk: CommissionDesk;
      beforeAll(() => {
        desk = new CommissionDesk(still);
      });
      afterAll(() => desk.stop());

      conformsInAction(subject, {
        action: 'commission.set',
        params: () => ({ fundAccount: '8810000', rate: '1.5', effective: '2026-01-06', reason: '挽留' }),
        refused: { fundAccount: '9'.repeat(40), rate: '1.5', effective: '2026-01-06', reason: 'too long' },
        effects: async (id) =>
          (await still.query('select 1 as one from commission_request where request_id = ?', [id])).length,
        losesAnswers: () => road.swallowAnswers((sent) => /commit(?!ted|ssion)/i.test(sent.toString('latin1'))),
        fails: () => sicken(still),
      });
    });
  });

  describeIf(`a counter on ${driver}`, () => {
    let counter: TestCounter;
    let o: Opened;
    let reader: Reader;
    beforeAll(async () => {
      counter = await testCounter(driver);
      await fill(counter, 3);
      o = await opened();
      reader = new Reader(o);
      for (const stream of o.instance.pull!.streams) await reader.look(stream);
    });
    afterAll(async () => {
      await o.close();
      await counter.stop();
    });

    const opened = (settings: object = {}) =>
      open({ connector: trading, settings: () => counter.settings }, { ...counter.settings, ...settings });
    const addTrade =
      "insert into trade (fund_account, amount, trade_time) values ('8810000', 1, '2026-01-05 10:00:00')";
    const now =
      driver === 'postgres'
        ? "(now() at time zone 'Asia/Shanghai')"
        : "convert_tz(utc_timestamp(3), '+00:00', '+08:00')";

    it('tells nothing when nothing changed, and leaves the state as it was', async () => {
      for (const stream of o.instance.pull!.streams) {
        const before = reader.state(stream);
        expect((await reader.look(stream)).filter((m) => m.type !== 'state')).toEqual([]);
        expect(reader.state(stream)).toEqual(before);
      }
    });

    it('reads a row of a sequence that is committed after a greater one', async () => {
      const late = await counter.begin();
      await late.query(addTrade);
      await counter.query(addTrade);
      expect((await reader.records('trades')).length).toBe(1);
      await late.end('commit');
      expect((await reader.records('trades')).length).toBe(1);
      expect(await reader.records('trades')).toEqual([]);
      expect(await missing(counter, reader)).toEqual([]);
    });

    it('reads a row whose change is committed after a later change of another', async () => {
      const change = (no: string) =>
        `update customer set occupation = '律师', updated_at = ${now} where customer_no = '${no}'`;
      const late = await counter.begin();
      await late.query(change('C10000'));
      await pause(20);
      await counter.query(change('C10001'));
      expect((await reader.records('clients')).map((r) => r.key)).toEqual(['C10001']);
      await late.end('commit');
      expect((await reader.records('clients')).map((r) => r.key)).toEqual(['C10000']);
      expect(await reader.records('clients')).toEqual([]);
    });

    if (driver === 'postgres')
      it('waits for a transaction that is open for longer than the overlap', async () => {
        const other = await opened({ overlapSeconds: 1 });
        try {
          const patient = new Reader(other, reader);
          await patient.look('trades');
          await patient.look('clients');
          const late = await counter.begin();
          await late.query(addTrade);
          await late.query(
            `insert into customer (customer_no, cust_status, updated_at) values ('SLOW', '0', clock_timestamp() at time zone 'Asia/Shanghai')`,
          );
          for (let i = 0; i < 4; i++) {
            await counter.query(addTrade);
            await counter.query(`update customer set updated_at = ${now} where customer_no = 'C10002'`);
            expect((await patient.records('trades')).length).toBe(1);
            expect((await patient.records('clients')).map((r) => r.key)).toEqual(['C10002']);
            await pause(600);
          }
          await late.end('commit');
          expect((await patient.records('trades')).length + (await patient.records('trades')).length).toBe(1);
          await pause(400);
          expect((await patient.records('clients')).map((r) => r.key)).toEqual(['SLOW']);
          expect(await missing(counter, patient)).toEqual([]);
          await reader.look('trades');
          await reader.look('clients');
        } finally {
          await other.close();
        }
      });

    it('reads late rows after a restart too, and repeats have the same ids', async () => {
      const late = await counter.begin();
      await late.query(addTrade);
      await counter.query(addTrade);
      const before = (await reader.records('trades')).map((r) => r.dedupeId);
      const again = await opened();
      try {
        await late.end('commit');
        const restarted = new Reader(again, reader);
        const ids = (await restarted.records('trades')).map((r) => r.dedupeId);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids).toEqual(expect.arrayContaining(before));
        expect(await missing(counter, restarted)).toEqual([]);
      } finally {
        await again.close();
      }
    });

    it('reads rows whose clock is behind, and rows of the same moment as the last', async () => {
      const add = (no: string, at: string) =>
        counter.query(`insert into customer (customer_no, cust_status, updated_at) values ('${no}', '0', ${at})`);
      const keys = async () => (await reader.records('clients')).map((r) => r.key);
      await add('K1', now);
      expect(await keys()).toEqual(['K1']);
      await add('K2', driver === 'postgres' ? `${now} - interval '2 seconds'` : `${now} - interval 2 second`);
      expect(await keys()).toEqual(['K2']);
      await add('K0', "(select k.updated_at from customer k where k.customer_no = 'K1')");
      expect(await keys()).toEqual(['K0']);
    });

    it('keeps every digit', async () => {
      const [asset] = await reader.records('assets', true);
      expect(JSON.parse(asset!.data)).toMatchObject({ total_asset: '12345678901234567.89', cash_balance: '100.10' });
      expect(asset).toMatchObject({ key: '8810000|20260104', op: 'upsert' });
    });

    it('gives times an offset', async () => {
      const [first] = await reader.records('trades', true);
      expect(first!.occurredAt).toBe('2026-01-05T01:00:00.000Z');
    });

    it('tells columns that were added and removed, and goes on', async () => {
      await counter.query('alter table cash_transfer add column note varchar(20)');
      await counter.query("insert into cash_transfer (fund_account, direction, note) values ('8810000', 'O', '新')");
      const told = await reader.look('cash-transfers');
      expect(told.find((m) => m.type === 'schema')?.fields.map((f) => f.name)).toContain('note');
      const added = told.filter((m) => m.type === 'record').map((m) => JSON.parse(m.data) as { note: string });
      expect(added.map((r) => r.note)).toContain('新');
      await counter.query('alter table cash_transfer drop column note');
      const after = (await reader.look('cash-transfers')).find((m) => m.type === 'schema');
      expect(after?.fields.map((f) => f.name)).not.toContain('note');
    });

    it('reads another table by settings alone', async () => {
      await counter.query('create table 客户回访 (编号 varchar(20) primary key, 内容 varchar(100), 时间戳 bigint)');
      const add = (rows: string) => counter.query(`insert into 客户回访 values ${rows}`);
      await add("('b', '满意', 1767576600), ('a', '一般𠮷', 1767576600), ('c', null, 1767576500)");
      const visits = {
        name: 'visits',
        table: '客户回访',
        key: ['编号'],
        cursor: { by: 'sequence', column: '时间戳' },
        columns: ['内容'],
      };
      const other = await opened({ streams: [visits] });
      try {
        const fresh = new Reader(other);
        expect((await fresh.records('visits')).map((r) => JSON.parse(r.data) as unknown)).toEqual([
          { 编号: 'c', 内容: null, 时间戳: '1767576500' },
          { 编号: 'a', 内容: '一般𠮷', 时间戳: '1767576600' },
          { 编号: 'b', 内容: '满意', 时间戳: '1767576600' },
        ]);
        await add("('a2', 'x', 1767576600)");
        expect((await fresh.records('visits')).map((r) => r.key)).toEqual(['a2']);
      } finally {
        await other.close();
      }
    });

    it('refuses a state of another table', async () => {
      await expect(reader.look('trades', reader.state('clients'))).rejects.toThrow('was not made for the table trade');
    });

    it('costs an idle look a few rows of an index, and no scan', async () => {
      const many =
        driver === 'postgres' ? 'select 1, 1 from generate_series(1, 20000)' : 'select seq, 1 from seq_1_to_20000';
      await counter.query(`insert into cash_transfer (fund_account, amount) ${many}`);
      await counter.query(driver === 'postgres' ? 'analyze cash_transfer' : 'analyze table cash_transfer');
      const other = await opened({ overlapSeconds: 1 });
      try {
        const fresh = new Reader(other);
        await fresh.look('cash-transfers');
        await pause(1200);
        await fresh.look('cash-transfers');
        const before = await rowsTouched(counter, 'cash_transfer');
        for (let i = 0; i < 5; i++) await fresh.look('cash-transfers');
        expect((await rowsTouched(counter, 'cash_transfer')) - before).toBeLessThan(2000);
      } finally {
        if (driver === 'mariadb') await counter.query('set global userstat = 0');
        await other.close();
      }
    });

    it('tells which index, table and right is missing', async () => {
      const check = async (settings: object) => {
        const other = await opened(settings);
        try {
          return await other.instance.check(AbortSignal.timeout(5000));
        } finally {
          await other.close();
        }
      };
      expect(await check({})).toEqual([
        expect.objectContaining({ capability: 'read', status: 'ok' }),
        expect.objectContaining({ capability: 'commission.set', status: 'ok' }),
      ]);
      await counter.query('create table plain (id int primary key, changed timestamp null)');
      await counter.query('insert into plain values (1, null)');
      const plain = { name: 'plain', table: 'plain', key: ['id'], cursor: { by: 'time', column: 'changed' } };
      const [found] = await check({ streams: [plain] });
      expect(found!.status).toBe('misconfigured');
      expect(found!.detail).toMatch(/plain has no index that begins with changed.*rows whose changed is empty/);
      expect(found!.nextStep).toContain('Create an index on plain (changed)');
      expect((await check({ streams: [{ ...plain, table: 'nowhere' }] }))[0]).toMatchObject({
        status: 'misconfigured',
        detail: expect.stringContaining('nowhere'),
      });
      expect((await check({ database: 'no_such_database' }))[0]!.status).toMatch(/misconfigured|denied/);
      expect(await check(await readerOnly(counter))).toEqual([
        expect.objectContaining({ capability: 'read', status: 'ok' }),
        expect.objectContaining({ capability: 'commission.set', status: 'denied' }),
      ]);
    });

    it('says what the counter made of a request', async () => {
      const id = randomUUID();
      const command = {
        id,
        action: 'commission.set' as const,
        attempt: 1,
        params: { fundAccount: '8810001', rate: '1.80', effective: '2026-01-06', reason: 'r' },
      };
      const ask = () => o.instance.probe!['commission.set']!(command, AbortSignal.timeout(5000));
      const set = (status: number, more = '') =>
        counter.query(`update commission_request set status = ${status}${more} where request_id = ?`, [id]);
      const rate = (to: string) =>
        counter.query(`update fund_account set commission_rate = ${to} where fund_account = '8810001'`);

      expect(await ask()).toEqual({ status: 'absent' });
      const asked = await o.instance.perform!['commission.set']!(command, AbortSignal.timeout(5000));
      expect(asked).toMatchObject({ status: 'accepted', externalId: id });
      const [row] = await counter.query('select * from commission_request');
      expect(row).toMatchObject({ request_id: id, fund_account: '8810001', effective_date: '20260106', status: 0 });
      expect(Number(row!['rate'])).toBe(1.8);
      expect(await ask()).toMatchObject({ status: 'pending' });

      await set(1, `, processed_at = ${now}`);
      expect(await ask()).toMatchObject({ status: 'pending' });
      await rate('1.8');
      expect(await ask()).toMatchObject({ status: 'made', outcome: 'applied' });

      await rate('1.81');
      await set(1, ", processed_at = '2026-01-05 10:00:00'");
      const changed = await ask();
      expect(changed).toMatchObject({ status: 'made', outcome: 'not_applied' });
      expect(JSON.stringify(changed)).toContain('1.81');

      await set(2, ", message = '费率过低'");
      const refused = await ask();
      expect(refused).toMatchObject({ status: 'made', outcome: 'not_applied' });
      expect(JSON.stringify(refused)).toContain('费率过低');
      await set(7);
      await expect(ask()).rejects.toThrow('known are 0, 1 and 2');
    });
  });
}

/** Reads as the runtime does, and keeps the state of each stream as the database would. */
class Reader {
  private readonly seen = new Map<string, Set<string>>();
  private readonly states = new Map<string, unknown>();

  constructor(
    private readonly o: Opened,
    before?: Reader,
  ) {
    for (const [stream, state] of before?.states ?? []) this.states.set(stream, state);
    for (const [stream, keys] of before?.seen ?? []) this.seen.set(stream, new Set(keys));
  }

  state(stream: string): unknown {
    return this.states.get(stream);
  }

  async look(stream: string, state = this.states.get(stream)): Promise<Message[]> {
    const messages: Message[] = [];
    const signal = AbortSignal.timeout(20_000);
    for await (const m of this.o.instance.pull!.read({ stream, state, maxRecords: 1000, signal })) messages.push(m);
    for (const m of messages) if (m.type === 'record') this.keys(stream).add(m.key);
    const last = messages.findLast((m) => m.type === 'state');
    this.states.set(stream, JSON.parse(JSON.stringify(last!.state)));
    return messages;
  }

  async records(stream: string, fromBeginning = false): Promise<RecordMessage[]> {
    if (fromBeginning) this.states.delete(stream);
    return (await this.look(stream)).filter((m) => m.type === 'record');
  }

  keys(stream: string): Set<string> {
    let keys = this.seen.get(stream);
    if (!keys) this.seen.set(stream, (keys = new Set()));
    return keys;
  }
}

/** Trades of the counter that the reader has not seen. */
async function missing(counter: TestCounter, reader: Reader): Promise<string[]> {
  const rows = await counter.query('select trade_id as id from trade');
  return rows.map((r) => String(r['id'])).filter((id) => !reader.keys('trades').has(id));
}

/** Rows that the server has touched of a table, by its own count. */
async function rowsTouched(counter: TestCounter, table: string): Promise<number> {
  if (counter.driver === 'mariadb') {
    await counter.query('set global userstat = 1');
    const rows = await counter.query(
      'select rows_read as n from information_schema.table_statistics where table_schema = database() and table_name = ?',
      [table],
    );
    return Number(rows[0]?.['n'] ?? 0);
  }
  // A session tells what it counted at most once a second.
  await pause(1200);
  const rows = await counter.query(
    'select seq_tup_read + idx_tup_fetch as n from pg_stat_user_tables where relname = ?',
    [table],
  );
  return Number(rows[0]!['n']);
}

/** The counter's disk is full: no request is taken. */
async function sicken(counter: TestCounter): Promise<() => Promise<void>> {
  const ill =
    counter.driver === 'postgres'
      ? `create function full_disk() returns trigger language plpgsql as
           $$ begin raise exception 'no space left' using errcode = '53100'; end $$;
         create trigger ill before insert on commission_request for each row execute function full_disk()`
      : `create trigger ill before insert on commission_request for each row
           signal sqlstate 'HY000' set mysql_errno = 1114, message_text = 'the table is full'`;
  await counter.query(ill);
  return async () => {
    await counter.query(counter.driver === 'postgres' ? 'drop trigger ill on commission_request' : 'drop trigger ill');
  };
}

/** A user of the counter's database that may read and not write. */
async function readerOnly(counter: TestCounter): Promise<{ user: string; password: string }> {
  const user = `r_${counter.settings.database.slice(2, 18)}`;
  const password = randomUUID();
  if (counter.driver === 'postgres') {
    await counter.query(`create role ${user} login password '${password}'`);
    await counter.query(`grant select on all tables in schema public to ${user}`);
  } else {
    await counter.query(`create user '${user}'@'%' identified by '${password}'`);
    await counter.query(`grant select on ${counter.settings.database}.* to '${user}'@'%'`);
  }
  return { user, password };
}

function pause(ms: number): Promise<void> {
  return new Promise((r) => setTimeout(r, ms));
}
