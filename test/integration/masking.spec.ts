import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '#platform';
import { startTestHub, type TestHub, until } from '../support/hub.js';
import { MailPeer } from '../support/mail-peer.js';

const PERSONAL = ['王小明', 'wang.xiaoming@mail.example.com', '100200300400', 'S-100200300', '13812345678'];

describe('what the API shows of people', () => {
  let t: TestHub;
  let peer: MailPeer;

  beforeAll(async () => {
    peer = await MailPeer.start();
    const one = { name: '王小明', consent: 'yes' as const, updatedAt: '2026-01-05T09:00:00+08:00' };
    peer.list(
      { ...one, subscriberNo: 'S-100200300', email: 'wang.xiaoming@mail.example.com', customerNo: '100200300400' },
      {
        ...one,
        subscriberNo: 'S-100200300-1',
        email: 'x@mail.example.com',
        updatedAt: 'wang.xiaoming@mail.example.com 13812345678',
      },
    );
    t = await startTestHub();
    await t.api('POST', '/systems', { code: 'mail', name: 'Mail', connector: 'email-smtp', settings: peer.settings });
    await until('both records', async () => {
      const [row] = await t.hub.app
        .get(Database)
        .query<{ n: number }>(
          'select (select count(*)::int from quarantine) + (select count(*)::int from client where name is not null) as n',
        );
      return row!.n === 2;
    });
  });
  afterAll(async () => {
    await t.stop();
    await peer.stop();
  });

  it('is masked in every list and page, also in keys of sources, lineage and reasons', async () => {
    const clients = await t.api<{ items: { id: string; name: string }[] }>('GET', '/clients');
    expect(clients.body.items.map((c) => c.name)).toEqual(['王**']);
    const { id } = clients.body.items[0]!;
    const quarantine = await t.api<{ items: { reason: string }[] }>('GET', '/quarantine');
    expect(quarantine.body.items[0]!.reason).toContain('needed a time');
    const detail = await t.api<{ identities: unknown[]; lineage: object }>('GET', `/clients/${id}`);
    expect(detail.body.identities.length).toBeGreaterThan(1);
    expect(Object.keys(detail.body.lineage)).toContain('name');
    const shown = JSON.stringify([
      clients.body,
      detail.body,
      quarantine.body,
      (await t.api('GET', '/quarantine/causes')).body,
      (await t.api('GET', `/clients/${id}/timeline`)).body,
      (await t.api('GET', '/loop')).body,
      (await t.api('GET', '/audit')).body,
    ]);
    expect(PERSONAL.filter((p) => shown.includes(p))).toEqual([]);
  });
});
