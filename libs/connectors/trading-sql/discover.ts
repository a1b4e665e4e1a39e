import type { StreamDescription } from '#connector-kit';
import type { Counter } from './counter.js';
import type { StreamDefinition } from './settings.js';
import { describeTable } from './table.js';

/** Columns that hold something about a person, by the names that counters use. */
const PERSONAL =
  /^(full|client|cust|customer|user|real)?_?name$|^(id|cert|card|passport)_?(no|num|number|code|card)$|birth|mobile|phone|^tel|mail|addr|^bank_?(card|account)|^id_?card/i;

/** The streams with what the server says of their columns. */
export async function discoverStreams(
  counter: Counter,
  streams: readonly StreamDefinition[],
  signal: AbortSignal,
): Promise<StreamDescription[]> {
  const found: StreamDescription[] = [];
  for (const d of streams) {
    const { fields } = await describeTable(counter, d, signal);
    const personal = fields.map((f) => f.name).filter((name) => PERSONAL.test(name));
    found.push({ name: d.name, fields, key: d.key, personal });
  }
  return found;
}
