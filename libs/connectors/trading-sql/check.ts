import { type CheckResult, ConfigError } from '#connector-kit';
import { REQUEST_COLUMNS, REQUESTS } from './commission.js';
import type { Counter } from './counter.js';
import { faultOf } from './faults.js';
import { page } from './page.js';
import type { StreamDefinition } from './settings.js';
import { describeTable, type Table } from './table.js';

/** Tells what keeps the counter from being read, and from being written to. */
export async function checkCounter(
  counter: Counter,
  streams: readonly StreamDefinition[],
  signal: AbortSignal,
): Promise<CheckResult[]> {
  try {
    await counter.moment(signal);
  } catch (e) {
    return [failed('read', e), failed('commission.set', e)];
  }
  return [await checkReading(counter, streams, signal), await checkCommission(counter, signal)];
}

async function checkReading(
  counter: Counter,
  streams: readonly StreamDefinition[],
  signal: AbortSignal,
): Promise<CheckResult> {
  const complaints: string[] = [];
  const steps: string[] = [];
  try {
    for (const d of streams) {
      const table = await describeTable(counter, d, signal);
      await page(counter, d, table, {}, 1, signal);
      const { column } = d.cursor;
      if (!(await counter.indexed(d.table, signal)).has(column)) {
        complaints.push(`${d.table} has no index that begins with ${column}, so every look reads the whole table`);
        steps.push(`Create an index on ${d.table} (${column}).`);
      }
      if (await hasEmptyCursor(counter, d, table, signal)) {
        complaints.push(`${d.table} has rows whose ${column} is empty; they are not read`);
        steps.push(`Fill ${d.table}.${column}, and make it not null.`);
      }
    }
  } catch (e) {
    return failed('read', e);
  }
  if (complaints.length > 0)
    return { capability: 'read', status: 'misconfigured', detail: complaints.join('; '), nextStep: steps.join(' ') };
  return { capability: 'read', status: 'ok', detail: `${streams.length} tables can be read` };
}

async function hasEmptyCursor(counter: Counter, d: StreamDefinition, table: Table, signal: AbortSignal) {
  if (!table.order[0]!.nullable) return false;
  const { quote } = counter.dialect;
  const text = `select 1 from ${quote(d.table)} where ${quote(d.cursor.column)} is null limit 1`;
  return (await counter.select({ text, values: [] }, signal)).rows.length > 0;
}

/** An explained insert is judged by the user's rights, and inserts nothing. */
async function checkCommission(counter: Counter, signal: AbortSignal): Promise<CheckResult> {
  const { quote } = counter.dialect;
  const names = REQUEST_COLUMNS.map(quote).join(', ');
  try {
    await counter.select(
      { text: `select status, message, processed_at from ${quote(REQUESTS)} limit 0`, values: [] },
      signal,
    );
    await counter.select({ text: `select commission_rate from ${quote('fund_account')} limit 0`, values: [] }, signal);
    const text = `insert into ${quote(REQUESTS)} (${names}) select ${names} from ${quote(REQUESTS)}`;
    await counter.explain({ text, values: [] }, signal);
    return { capability: 'commission.set', status: 'ok', detail: 'requests can be written and read back' };
  } catch (e) {
    return failed('commission.set', e);
  }
}

function failed(capability: string, e: unknown): CheckResult {
  if (e instanceof ConfigError) {
    const { status } = faultOf(e.cause);
    return {
      capability,
      status: status === 'denied' ? 'denied' : 'misconfigured',
      detail: e.message,
      nextStep: e.nextStep,
    };
  }
  const fault = faultOf(e);
  return { capability, ...fault };
}
