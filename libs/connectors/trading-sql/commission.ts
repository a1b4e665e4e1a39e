import { compareDecimals, dayOf, parseDecimal, parseInstant } from '#canonical';
import {
  type ActionResult,
  type Command,
  ConfigError,
  type ProbeResult,
  SourceDataError,
  TransientError,
} from '#connector-kit';
import { type Cell, type Column, type Counter, type Statement, WriteFault } from './counter.js';
import { connectorError } from './faults.js';
import { wallClock } from './wall-clock.js';

export const REQUESTS = 'commission_request';
export const REQUEST_COLUMNS = [
  'request_id',
  'fund_account',
  'rate',
  'effective_date',
  'reason',
  'status',
  'created_at',
];
const ACCOUNTS = 'fund_account';

/** The counter marks a request as done a moment before it changes the account. */
const SETTLES_WITHIN_MS = 60_000;

type SetCommission = Command<'commission.set'>;

/**
 * Commission plans: a request row, whose key is the command's id, that the counter takes up. The account itself is
 * never written; that the plan holds is read back from it.
 */
export class CommissionRequests {
  constructor(
    private readonly counter: Counter,
    private readonly zone: string,
    private readonly now: () => Date,
  ) {}

  async request(command: SetCommission, signal: AbortSignal): Promise<ActionResult> {
    let statement: Statement;
    try {
      statement = await this.insertion(command, signal);
    } catch (e) {
      if (e instanceof ConfigError) throw e;
      return { status: 'retry', detail: wordsOf(e) };
    }
    try {
      const made = await this.counter.insert(statement, signal);
      const detail = made === 'duplicate' ? 'the counter has the request already' : 'requested';
      return { status: 'accepted', externalId: command.id, detail };
    } catch (e) {
      if (!(e instanceof WriteFault)) throw e;
      if (e.kind === 'refused') return { status: 'rejected', detail: `the counter refused the request: ${e.message}` };
      if (e.maybeMade) return { status: 'unknown', detail: wordsOf(e) };
      const error = e.cause instanceof TransientError ? e.cause : connectorError(e.cause);
      if (error instanceof ConfigError) throw error;
      return { status: 'retry', detail: error.message };
    }
  }

  /** What became of the request: done means that the account has the rate. */
  async probe(command: SetCommission, signal: AbortSignal): Promise<ProbeResult> {
    const { dialect } = this.counter;
    const q = (name: string) => dialect.quote(name);
    const values: Cell[] = [];
    const { rows } = await this.counter.select(
      {
        text: `select r.status, r.message, r.effective_date, r.processed_at, a.commission_rate
          from ${q(REQUESTS)} r left join ${q(ACCOUNTS)} a on a.fund_account = r.fund_account
          where r.request_id = ${dialect.place(values, command.id, 'text')}`,
        values,
      },
      signal,
    );
    const [row] = rows;
    if (!row) return { status: 'absent' };
    const [status, message, effective, processedAt, rate] = row;
    const made = { status: 'made', externalId: command.id } as const;
    switch (status?.trim()) {
      case '0':
        return { status: 'pending', detail: 'the counter has not taken up the request' };
      case '1':
        if (sameRate(rate ?? null, command.params.rate))
          return { ...made, outcome: 'applied', detail: 'the account has the rate' };
        if (this.isStillDue(effective ?? null, processedAt ?? null))
          return {
            status: 'pending',
            detail: 'the counter has taken up the request; the account does not have the rate yet',
          };
        return {
          ...made,
          outcome: 'not_applied',
          detail: `the counter says that it is done, but the account has the rate ${rate ?? 'none'}`,
        };
      case '2':
        return { ...made, outcome: 'not_applied', detail: `the counter refused: ${message ?? 'it gives no reason'}` };
      default:
        throw new SourceDataError(`${REQUESTS}.status is "${status ?? ''}"; known are 0, 1 and 2`);
    }
  }

  private isStillDue(effective: Cell, processedAt: Cell): boolean {
    const now = this.now();
    const today = dayOf(now, this.zone).replaceAll('-', '');
    if ((effective ?? '').replaceAll('-', '').slice(0, 8) > today) return true;
    const at = processedAt === null ? undefined : parseInstant(processedAt, this.zone);
    return at !== undefined && now.getTime() - at.getTime() < SETTLES_WITHIN_MS;
  }

  private async insertion({ id, params }: SetCommission, signal: AbortSignal): Promise<Statement> {
    const { dialect } = this.counter;
    const columns = new Map((await this.counter.columns(REQUESTS, signal)).map((c) => [c.name, c]));
    const missing = REQUEST_COLUMNS.filter((name) => !columns.has(name));
    if (missing.length > 0)
      throw new ConfigError(
        `the table ${REQUESTS} is missing, or has no column ${missing.join(', ')} for this user`,
        `Grant select and insert on ${REQUESTS}.`,
      );
    const given: Record<string, string> = {
      request_id: id,
      fund_account: params.fundAccount,
      rate: params.rate,
      effective_date: dayFor(columns.get('effective_date')!, params.effective),
      reason: params.reason,
      status: '0',
      created_at: this.stamp(columns.get('created_at')!),
    };
    const values: Cell[] = [];
    const places = REQUEST_COLUMNS.map((name) => dialect.place(values, given[name]!, columns.get(name)!.kind));
    return {
      text: `insert into ${dialect.quote(REQUESTS)} (${REQUEST_COLUMNS.map(dialect.quote).join(', ')}) values (${places.join(', ')})`,
      values,
    };
  }

  private stamp(column: Column): string {
    const at = this.now().getTime();
    return column.kind === 'zoned' ? this.counter.dialect.zoned(wallClock(at, 'UTC')) : wallClock(at, this.zone);
  }
}

/** Counters keep days as dates, or as `20260105` in texts and numbers. */
function dayFor(column: Column, day: string): string {
  return column.kind === 'text' || column.kind === 'number' ? day.replaceAll('-', '') : day;
}

function sameRate(found: Cell, wanted: string): boolean {
  const rate = found === null ? undefined : parseDecimal(found);
  return rate !== undefined && compareDecimals(rate, wanted) === 0;
}

function wordsOf(e: unknown): string {
  return e instanceof Error ? e.message : String(e);
}
