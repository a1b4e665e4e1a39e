import { describe, expect, it } from '@jest/globals';
import type { RecordMessage } from '#connector-kit';
import { layOut, storeValues } from './batch.js';

const record = (key: string, data: string): RecordMessage => ({
  type: 'record',
  stream: 'events',
  key,
  op: 'event',
  dedupeId: key,
  data,
});

function stored(batches: Parameters<typeof storeValues>[0]) {
  const [heads, records, data, refused] = storeValues(batches) as [string, string, Buffer, string];
  const rows = JSON.parse(records) as { id: number; key: string; at: number; bytes: number }[];
  return {
    heads: JSON.parse(heads) as object[],
    // What `substr` of PostgreSQL cuts out: places count from 1.
    rows: rows.map(({ id, key, at, bytes }) => ({ id, key, data: data.subarray(at - 1, at - 1 + bytes).toString() })),
    refused: JSON.parse(refused) as object[],
  };
}

describe('what the inbox statement takes', () => {
  it('finds the data of each record by its bytes, whatever the script', () => {
    const one = layOut(1, [record('a', '{"name":"张伟"}'), record('b', '{}')]);
    const two = layOut(2, [record('c', '{"name":"Zoë 🙂"}')]);
    const { rows, heads } = stored([
      { id: 5, systemId: 1, origin: 'live', actor: 'x', parts: [one] },
      { id: 6, systemId: 2, origin: 'live', actor: 'y', parts: [two] },
    ]);
    expect(rows).toEqual([
      { id: 5 * 65_536, key: 'a', data: '{"name":"张伟"}' },
      { id: 5 * 65_536 + 1, key: 'b', data: '{}' },
      { id: 6 * 65_536, key: 'c', data: '{"name":"Zoë 🙂"}' },
    ]);
    expect(heads).toMatchObject([
      { id: 5, system_id: 1, read: 2, quarantined: 0 },
      { id: 6, system_id: 2, read: 1, quarantined: 0 },
    ]);
  });

  it('holds a record once that two requests bring, and counts it as read twice', () => {
    const parts = [layOut(1, [record('a', '1')]), layOut(1, [record('a', '2'), record('b', '3')])];
    const { rows, heads } = stored([{ id: 1, systemId: 1, origin: 'live', actor: 'x', parts }]);
    expect(rows.map((r) => [r.key, r.data])).toEqual([
      ['a', '1'],
      ['b', '3'],
    ]);
    expect(heads).toMatchObject([{ read: 3, quarantined: 0 }]);
  });

  it('keeps records of two systems apart that have the same id', () => {
    const { rows } = stored([
      { id: 1, systemId: 1, origin: 'live', actor: 'x', parts: [layOut(1, [record('a', '1')])] },
      { id: 2, systemId: 2, origin: 'live', actor: 'y', parts: [layOut(2, [record('a', '2')])] },
    ]);
    expect(rows.map((r) => r.data)).toEqual(['1', '2']);
  });

  it('puts aside what cannot be stored as text, with the batch it came in', () => {
    const parts = [layOut(1, [record('a', 'half \uD800'), record('b', 'nul \0'), record('c', '{}')])];
    const { rows, refused, heads } = stored([{ id: 9, systemId: 1, origin: 'live', actor: 'x', parts }]);
    expect(rows.map((r) => r.key)).toEqual(['c']);
    expect(refused).toMatchObject([
      { batch_id: 9, system_id: 1, key: 'a', reason: expect.stringContaining('half a character') },
      { batch_id: 9, system_id: 1, key: 'b', reason: expect.stringContaining('NUL') },
    ]);
    expect(heads).toMatchObject([{ read: 3, quarantined: 2 }]);
  });
});
