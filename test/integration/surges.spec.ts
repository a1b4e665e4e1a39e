import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Surges } from '#identity';
import { publicId } from '#platform';
import { type Pipeline, record, startPipeline } from '../support/pipeline.js';

interface Surge {
  id: string;
  stream: string;
  evidence: string;
  joins: number;
  records: number;
  usualJoins: number;
  usualRecords: number;
  samples: { from: string; into: string }[];
  closedBy: string | null;
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** A resident number with a right checksum. */
function residentNumber(n: number): string {
  const first = `110105${1950 + (n % 50)}0101${String(n % 1000).padStart(3, '0')}`;
  return first + '10X98765432'[[...first].reduce((s, d, i) => s + Number(d) * WEIGHTS[i]!, 0) % 11]!;
}

describe('a stream that suddenly joins many', () => {
  let p: Pipeline;
  let surges: Surges;

  beforeAll(async () => {
    p = await startPipeline();
    surges = p.hub.hub.app.get(Surges, { strict: false });
  });
  afterAll(() => p.stop());

  const at = '2026-10-01T08:00:00+08:00';
  async function say(stream: string, rows: readonly Record<string, unknown>[]): Promise<void> {
    await p.feed(rows.map((data) => record(stream, String(data['no']), { at, ...data })));
    await p.apply();
  }
  const open = async () => (await p.hub.api<{ items: Surge[] }>('GET', '/identity/surges?open=true')).body.items;
  const person = (i: number) => ({ name: `欧阳晓${'霖泽涵宇轩'[i % 5]}`, idNo: residentNumber(i) });
  const earlier = () => p.db.query(`update join_count set at = at - interval '2 hours'`);

  it('is no alarm while nobody knows what is usual, nor when it goes on as usual', async () => {
    await say(
      'clients',
      Array.from({ length: 60 }, (_, i) => ({ ...person(i), no: `1${String(i).padStart(5, '0')}` })),
    );
    await say(
      'clients',
      Array.from({ length: 60 }, (_, i) => ({ ...person(i), no: `2${String(i).padStart(5, '0')}` })),
    );
    const [counted] = await p.db.query<{ joins: number }>(
      `select sum(joins)::int as joins from join_count where evidence = 'idNumber'`,
    );
    expect(counted!.joins).toBe(60);
    await surges.look();
    expect(await open()).toEqual([]);
  });

  it('is an alarm once: with what led to it, what is usual, and examples; it ends when a person says so', async () => {
    await p.reset();
    await p.db.query('delete from join_count');
    await say(
      'clients',
      Array.from({ length: 2_100 }, (_, i) => ({
        no: `3${String(i).padStart(5, '0')}`,
        phone: `1390${String(1_000_000 + i)}`,
      })),
    );
    await say(
      'clients',
      Array.from({ length: 80 }, (_, i) => ({ ...person(i), no: `1${String(i).padStart(5, '0')}` })),
    );
    await earlier();
    await say(
      'clients',
      Array.from({ length: 80 }, (_, i) => ({ ...person(i), no: `2${String(i).padStart(5, '0')}` })),
    );
    await surges.look();
    await surges.look();
    const found = await open();
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      stream: 'clients',
      evidence: 'idNumber',
      joins: 80,
      records: 80,
      usualJoins: 0,
      usualRecords: 2_180,
    });
    for (const s of found[0]!.samples) {
      const { status, body } = await p.hub.api<{ id: string }>('GET', `/clients/${s.from}`);
      expect([status, body.id]).toEqual([200, s.into]);
    }
    expect(found[0]!.samples.length).toBeGreaterThan(0);
    const told = await p.db.query(`select 1 from event where type = 'identity.surged'`);
    expect(told).toHaveLength(1);

    const close = (reason?: string) =>
      p.hub.api<{ code: string }>(
        'POST',
        `/identity/surges/${found[0]!.id}/close`,
        reason === undefined ? {} : { reason },
      );
    expect((await close()).status).toBe(400);
    expect((await close('one import, entered twice')).status).toBe(204);
    expect((await close('again')).body.code).toBe('NOT_FOUND');
    await surges.look();
    expect(await open()).toEqual([]);
    const [audited] = await p.db.query<{ n: number }>(
      `select count(*)::int as n from audit where action = 'identity.surge_close'`,
    );
    expect(audited!.n).toBe(1);
  });

  it('counts no contact point that goes with its owner, and nothing that a person joined', async () => {
    await p.reset();
    await p.db.query('delete from join_count');
    await say('clients', [
      { no: '500001', name: '陈晓', phone: '13800000001' },
      { no: '500002', name: '王芳' },
    ]);
    const ids = await p.db.query<{ id: string }>(
      `select client_id as id from source_identity where type = 'customer_no'`,
    );
    const clients = ids.map((r) => publicId('cli', r.id));
    expect((await p.hub.api('POST', '/clients/merge', { clients, reason: 'test' })).status).toBeLessThan(300);
    const [joins] = await p.db.query<{ n: number }>('select coalesce(sum(joins), 0)::int as n from join_count');
    expect(joins!.n).toBe(0);
  });
});
