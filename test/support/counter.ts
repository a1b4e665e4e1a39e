import { randomUUID } from 'node:crypto';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { testDatabase } from './servers.js';

export type CounterDriver = 'postgres' | 'mariadb';

/** A trading counter of docs/reference/simulator.md in a database of its own. */
export interface TestCounter {
  readonly driver: CounterDriver;
  /** Settings of the connector that reads it. */
  readonly settings: {
    driver: CounterDriver;
    host: string;
    port: number;
    database: string;
    user: string;
    password: string;
  };
  /** Runs a statement; `?` stands for a value on both servers. */
  query(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** A transaction that stays open until it is ended. */
  begin(): Promise<{
    query(text: string, values?: readonly unknown[]): Promise<unknown>;
    end(how: 'commit' | 'rollback'): Promise<void>;
  }>;
  stop(): Promise<void>;
}

const TABLES = (driver: CounterDriver) => {
  const time = driver === 'postgres' ? 'timestamp(3)' : 'datetime(3)';
  const id =
    driver === 'postgres' ? 'bigint generated always as identity primary key' : 'bigint auto_increment primary key';
  return [
    `create table customer (customer_no varchar(20) primary key, full_name varchar(100), id_kind char(1), id_no varchar(40),
      birth_date char(8), sex char(1), mobile varchar(40), email varchar(100), address varchar(200), occupation varchar(60),
      cust_status char(1), cust_level varchar(10), risk_level varchar(10), branch_name varchar(60), manager_no varchar(20),
      open_date char(8), updated_at ${time} not null)`,
    `create table fund_account (fund_account varchar(20) primary key, customer_no varchar(20), branch_name varchar(60),
      account_kind char(1), status char(1), currency char(3), open_date char(8), close_date char(8),
      commission_rate decimal(8,4), updated_at ${time} not null)`,
    `create table security_account (stock_account varchar(20) primary key, exchange varchar(4), one_code char(12),
      fund_account varchar(20), customer_no varchar(20), status char(1), updated_at ${time} not null)`,
    `create table asset_daily (fund_account varchar(20), biz_date char(8), total_asset decimal(20,2), cash_balance decimal(20,2),
      market_value decimal(20,2), fund_value decimal(20,2), debt decimal(20,2), updated_at ${time} not null,
      primary key (fund_account, biz_date))`,
    `create table trade (trade_id ${id}, fund_account varchar(20), stock_account varchar(20), stock_code varchar(10),
      side char(1), quantity decimal(18,2), price decimal(18,4), amount decimal(20,2), commission decimal(18,2),
      channel varchar(20), trade_time ${time})`,
    `create table cash_transfer (transfer_id ${id}, fund_account varchar(20), direction char(1), amount decimal(20,2),
      bank varchar(40), transfer_time ${time})`,
    `create table custody_transfer (transfer_id ${id}, fund_account varchar(20), stock_account varchar(20), kind varchar(10),
      market_value decimal(20,2), apply_time ${time})`,
    `create table commission_request (request_id varchar(40) primary key, fund_account varchar(20), rate decimal(8,4),
      effective_date char(8), reason varchar(500), status smallint, message varchar(200), created_at ${time},
      processed_at ${time})`,
    ...['customer', 'fund_account', 'security_account', 'asset_daily'].map(
      (t) => `create index ${t}_updated on ${t} (updated_at)`,
    ),
  ];
};

/** An empty counter. */
export async function testCounter(driver: CounterDriver): Promise<TestCounter> {
  const counter = driver === 'postgres' ? await onPostgres() : await onMariadb();
  for (const statement of TABLES(driver)) await counter.query(statement);
  return counter;
}

async function onPostgres(): Promise<TestCounter> {
  const at = await testDatabase();
  const pool = new pg.Pool({ ...at, max: 4 });
  pool.on('error', () => {});
  const numbered = (text: string) => {
    let n = 0;
    return text.replaceAll('?', () => `$${++n}`);
  };
  return {
    driver: 'postgres',
    settings: { driver: 'postgres', ...at },
    query: async (text, values = []) =>
      (await pool.query(numbered(text), [...values])).rows as Record<string, unknown>[],
    async begin() {
      const client = await pool.connect();
      await client.query('begin');
      return {
        query: (text, values = []) => client.query(numbered(text), [...values]),
        async end(how) {
          await client.query(how);
          client.release();
        },
      };
    },
    stop: () => pool.end(),
  };
}

async function onMariadb(): Promise<TestCounter> {
  const url = new URL(process.env['TEST_MARIADB']!);
  const database = `t_${randomUUID().replaceAll('-', '')}`;
  const at = {
    host: url.hostname,
    port: Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
  const admin = await mysql.createConnection(at);
  await admin.query(`create database ${database} character set utf8mb4`);
  // A user with a password: the server of a laptop lets its root in without one.
  const user = `u_${database.slice(2, 18)}`;
  const password = randomUUID();
  await admin.query(`create user '${user}'@'%' identified by '${password}'`);
  await admin.query(`grant select, insert on ${database}.* to '${user}'@'%'`);
  const pool = mysql.createPool({ ...at, database, connectionLimit: 4, dateStrings: true, supportBigNumbers: true });
  return {
    driver: 'mariadb',
    settings: { driver: 'mariadb', host: at.host, port: at.port, database, user, password },
    query: async (text, values = []) => (await pool.query(text, [...values]))[0] as Record<string, unknown>[],
    async begin() {
      const connection = await pool.getConnection();
      await connection.query('start transaction');
      return {
        query: (text, values = []) => connection.query(text, [...values]),
        async end(how) {
          await connection.query(how);
          connection.release();
        },
      };
    },
    async stop() {
      await pool.end();
      await admin.query(`drop database ${database}`);
      for (const name of [user, `r_${database.slice(2, 18)}`]) await admin.query(`drop user if exists '${name}'@'%'`);
      await admin.end();
    },
  };
}

/** Fills every table with some rows of synthetic people; times are local, Asia/Shanghai. */
export async function fill(counter: TestCounter, clients: number): Promise<void> {
  const time = (i: number) =>
    `2026-01-05 09:${String(i % 60).padStart(2, '0')}:00.${String(i % 1000).padStart(3, '0')}`;
  for (let i = 0; i < clients; i++) {
    const no = `C${10_000 + i}`;
    const fund = `88${10_000 + i}`;
    const stock = `A${10_000 + i}`;
    // Every third row shares its time with its neighbours: a tie of the cursor.
    const at = time(i - (i % 3));
    await counter.query(
      `insert into customer values (?, ?, '0', ?, ?, '1', ?, ?, ?, '教师', '0', 'V1', 'C3', '上海营业部', 'M01', '20200102', ?)`,
      [
        no,
        `客户${i}`,
        `无`,
        bornOf(i),
        `1380000${String(i).padStart(4, '0')}`,
        `c${i}@example.com`,
        `江苏路 ${i} 号`,
        at,
      ],
    );
    await counter.query(
      `insert into fund_account values (?, ?, '上海营业部', '0', '0', 'CNY', '20200102', null, 2.5, ?)`,
      [fund, no, at],
    );
    await counter.query(`insert into security_account values (?, 'SH', ?, ?, ?, '0', ?)`, [
      stock,
      `1800000${10_000 + i}`,
      fund,
      no,
      at,
    ]);
    for (const day of ['20260104', '20260105'])
      await counter.query(`insert into asset_daily values (?, ?, 12345678901234567.89, 100.10, 200.20, 0, 50.05, ?)`, [
        fund,
        day,
        at,
      ]);
    await counter.query(
      `insert into trade (fund_account, stock_account, stock_code, side, quantity, price, amount, commission, channel, trade_time)
       values (?, ?, '600519', 'B', 100, 1680.5500, 168055.00, 42.01, 'app', ?)`,
      [fund, stock, at],
    );
    await counter.query(
      `insert into cash_transfer (fund_account, direction, amount, bank, transfer_time) values (?, 'I', 5000, '工商银行', ?)`,
      [fund, at],
    );
    await counter.query(
      `insert into custody_transfer (fund_account, stock_account, kind, market_value, apply_time) values (?, ?, ?, 1000.50, ?)`,
      [fund, stock, ['ZTG_OUT', 'CXZD', 'ZTG_IN'][i % 3], at],
    );
  }
}

/** Takes up requests as a counter does: marks them done and changes the account a moment later, or refuses them. */
export class CommissionDesk {
  private running = true;
  private readonly ended: Promise<void>;

  constructor(
    private readonly counter: TestCounter,
    private readonly refuses: (account: string) => boolean = () => false,
  ) {
    this.ended = this.work();
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.ended;
  }

  private async work(): Promise<void> {
    const { counter } = this;
    while (this.running) {
      const due = await counter.query('select request_id, fund_account, rate from commission_request where status = 0');
      for (const { request_id: id, fund_account: account, rate } of due) {
        if (this.refuses(String(account))) {
          await counter.query("update commission_request set status = 2, message = '费率过低' where request_id = ?", [
            id,
          ]);
          continue;
        }
        await counter.query('update commission_request set status = 1 where request_id = ?', [id]);
        await counter.query('update fund_account set commission_rate = ? where fund_account = ?', [rate, account]);
      }
      await new Promise((r) => setTimeout(r, 20));
    }
  }
}

/** People who share birth date, street and nearly a phone would be one client. */
function bornOf(i: number): string {
  return `${1950 + ((i + 29) % 50)}${String(1 + (Math.floor(i / 50) % 12)).padStart(2, '0')}01`;
}
