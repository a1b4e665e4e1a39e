import type { Engine } from './sql-server.js';

/** `time` is local and without zone; `sequence` counts by itself; `day` is written like 20260105. */
type ColumnType = 'sequence' | 'day' | 'time' | 'int' | 'money' | 'rate' | `text${number}`;

interface Table {
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly key: readonly string[];
  readonly indexes?: readonly string[];
}

/** What the counter shows the hub. */
export const TABLES = {
  customer: {
    columns: {
      customer_no: 'text20',
      full_name: 'text120',
      id_kind: 'text2',
      id_no: 'text40',
      birth_date: 'day',
      sex: 'text1',
      mobile: 'text40',
      email: 'text120',
      address: 'text200',
      occupation: 'text60',
      cust_status: 'text1',
      cust_level: 'text10',
      risk_level: 'text10',
      branch_name: 'text60',
      manager_no: 'text20',
      open_date: 'day',
      updated_at: 'time',
    },
    key: ['customer_no'],
    indexes: ['updated_at'],
  },
  fund_account: {
    columns: {
      fund_account: 'text20',
      customer_no: 'text20',
      branch_name: 'text60',
      account_kind: 'text1',
      status: 'text1',
      currency: 'text3',
      open_date: 'day',
      close_date: 'day',
      commission_rate: 'rate',
      updated_at: 'time',
    },
    key: ['fund_account'],
    indexes: ['updated_at', 'customer_no'],
  },
  security_account: {
    columns: {
      stock_account: 'text20',
      exchange: 'text4',
      one_code: 'text12',
      fund_account: 'text20',
      customer_no: 'text20',
      status: 'text1',
      updated_at: 'time',
    },
    key: ['stock_account'],
    indexes: ['updated_at'],
  },
  asset_daily: {
    columns: {
      fund_account: 'text20',
      biz_date: 'day',
      total_asset: 'money',
      cash_balance: 'money',
      market_value: 'money',
      fund_value: 'money',
      debt: 'money',
      updated_at: 'time',
    },
    key: ['fund_account', 'biz_date'],
    indexes: ['updated_at'],
  },
  trade: {
    columns: {
      trade_id: 'sequence',
      fund_account: 'text20',
      stock_account: 'text20',
      stock_code: 'text10',
      side: 'text1',
      quantity: 'int',
      price: 'rate',
      amount: 'money',
      commission: 'money',
      channel: 'text10',
      trade_time: 'time',
    },
    key: ['trade_id'],
  },
  cash_transfer: {
    columns: {
      transfer_id: 'sequence',
      fund_account: 'text20',
      direction: 'text1',
      amount: 'money',
      bank: 'text40',
      transfer_time: 'time',
    },
    key: ['transfer_id'],
  },
  custody_transfer: {
    columns: {
      transfer_id: 'sequence',
      fund_account: 'text20',
      stock_account: 'text20',
      kind: 'text10',
      market_value: 'money',
      apply_time: 'time',
    },
    key: ['transfer_id'],
  },
} satisfies Record<string, Table>;

export type TableName = keyof typeof TABLES;
export const TABLE_NAMES = Object.keys(TABLES) as TableName[];

export function columnsOf(table: TableName): string[] {
  return Object.keys(TABLES[table].columns);
}

/** Every table of the counter, those that are not shown included. */
export const ALL_TABLES = [...TABLE_NAMES, 'commission_request', 'firm_state', 'firm_exit'];

/** Statements that make the tables, without the indexes: rows are loaded first. */
export function createTables(engine: Engine): string[] {
  const type = typesOf(engine);
  const tail = engine === 'mariadb' ? ' default charset utf8mb4 collate utf8mb4_bin' : '';
  const shown = Object.entries<Table>(TABLES).map(([name, t]) => {
    const columns = Object.entries(t.columns).map(([c, ct]) => `${c} ${type(ct)}`);
    return `create table ${name} (${columns.join(', ')}, primary key (${t.key.join(', ')}))${tail}`;
  });
  const now = engine === 'postgres' ? `(now() at time zone 'Asia/Shanghai')` : '(utc_timestamp(3) + interval 8 hour)';
  return [
    ...shown,
    // The hub writes request_id … reason; the counter answers in the rest.
    `create table commission_request (request_id ${type('text64')} primary key, fund_account ${type('text20')} not null,
      rate ${type('rate')} not null, effective_date ${type('text10')}, reason ${type('text500')},
      status int not null default 0, message ${type('text200')}, created_at ${type('time')} default ${now},
      processed_at ${type('time')})${tail}`,
    `create table firm_state (name ${type('text20')} primary key, value ${type('text200')})${tail}`,
    `create table firm_exit (person int primary key, reach ${type('text10')} not null, leaves int not null)${tail}`,
  ];
}

export function createIndexes(): string[] {
  return Object.entries<Table>(TABLES).flatMap(([name, t]) =>
    (t.indexes ?? []).map((c) => `create index ${name}_${c} on ${name} (${c})`),
  );
}

/** After rows with given numbers: the next number by itself. */
export function continueSequences(engine: Engine): string[] {
  return Object.entries<Table>(TABLES)
    .filter(([, t]) => t.columns[t.key[0]!] === 'sequence')
    .map(
      ([name, t]) =>
        engine === 'postgres'
          ? `select setval(pg_get_serial_sequence('${name}', '${t.key[0]}'), (select coalesce(max(${t.key[0]}), 1) from ${name}))`
          : `alter table ${name} auto_increment = 1`, // at least one more than the largest
    );
}

function typesOf(engine: Engine): (type: ColumnType) => string {
  const fixed: Record<string, string> = {
    sequence: engine === 'postgres' ? 'bigint generated by default as identity' : 'bigint auto_increment',
    day: 'varchar(8)',
    time: engine === 'postgres' ? 'timestamp(3)' : 'datetime(3)',
    int: 'bigint',
    money: 'decimal(18,2)',
    rate: 'decimal(12,4)',
  };
  return (type) => fixed[type] ?? `varchar(${type.slice(4)})`;
}
