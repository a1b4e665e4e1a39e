import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '#platform';
import { startTestHub, type TestHub, until } from '../support/hub.js';
import { MailPeer } from '../support/mail-peer.js';

const PEOPLE = ['ann', 'bob', 'cho', 'dai', 'eve', 'fay'];
const emailOf = (name: string) => `${name}@mail.example.com`;
const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit', hourCycle: 'h23' });
const subscribedAt = '2026-01-05T09:00:00+08:00';

interface Sent {
  id: string;
  client_id: string;
  state: string;
  reason: string;
  to: string | null;
}

describe('an opt-out that comes as the outcome of an action', () => {
  let t: TestHub;
  let db: Database;
  let peer: MailPeer;
  let n = 0;
  const first = new Map<string, Sent>();

  beforeAll(async () => {
    peer = await MailPeer.start();
    peer.list(
      ...PEOPLE.map((p) => ({
        subscriberNo: `S-${p}`,
        email: emailOf(p),
        name: p,
        consent: 'yes' as const,
        updatedAt: subscribedAt,
      })),
    );
    t = await startTestHub();
    db = t.hub.app.get(Database);
    const made = await t.api('POST', '/systems', {
      code: 'mail',
      name: 'Mail',
      connector: 'email-smtp',
      settings: peer.settings,
    });
    expect(made.status).toBe(201);
    await until(
      'clients',
      async () => (await t.api<{ clients: number }>('GET', '/loop')).body.clients === PEOPLE.length,
    );
    await t.api('POST', '/segments', { code: 'readers', name: 'Readers', rule: 'has(emails)' });
    const code = await launched();
    const sent = await until('all sent', async () => {
      const rows = await actions(code);
      return rows.length === PEOPLE.length && rows.every((a) => a.state === 'sent') && rows;
    });
    for (const a of sent) first.set(a.to!.split('@')[0]!, a);
  });
  afterAll(async () => {
    await t.stop();
    await peer.stop();
  });

  async function planned(guards: object = {}) {
    const code = `mail-${++n}`;
    const spec = {
      audience: { segment: 'readers' },
      control: 0,
      guards,
      steps: [
        {
          key: 'mail',
          title: 'Mail',
          action: 'email.send',
          system: 'mail',
          params: { to: '{{client.contact}}', subject: 'News', text: 'Dear {{client.name}}' },
          wait: '1h',
        },
      ],
      goal: { fact: 'visit', is: 'achieved' },
    };
    expect((await t.api('POST', '/campaigns', { code, name: code, spec })).status).toBe(201);
    const { body } = await t.api<{ plan: { ready: number; suppressed: Record<string, number> } }>(
      'POST',
      `/campaigns/${code}/plan`,
    );
    return { code, plan: body.plan };
  }

  async function launched(guards: object = {}): Promise<string> {
    const { code } = await planned(guards);
    await t.api('POST', `/campaigns/${code}/submit`);
    await t.api('POST', `/campaigns/${code}/approve`, {}, 'approver');
    expect((await t.api('POST', `/campaigns/${code}/launch`)).status).toBe(200);
    return code;
  }

  function actions(code: string): Promise<Sent[]> {
    return db.query<Sent>(
      `select a.id, a.client_id, a.state, a.reason, a.params->>'to' as to
       from action a join campaign c on c.id = a.campaign_id where c.code = $1 order by 5`,
      [code],
    );
  }

  async function tell(person: string, type: string, eventId: string, occurredAt = new Date()): Promise<void> {
    const event = { eventId, type, action: first.get(person)!.id, occurredAt, to: emailOf(person) };
    expect((await peer.tell(`${t.hub.url}/in/mail/events`, event)).status).toBe(200);
    await applied();
  }

  const applied = () =>
    until('all is applied', async () => {
      const [row] = await db.query<{ n: number }>('select count(*)::int as n from inbox_batch where done_at is null');
      return row!.n === 0;
    });

  function consentOf(clientId: string) {
    return db.query<{ state: string; occurredAt: Date; key: string }>(
      `select k.state, k.occurred_at as "occurredAt", i.key
       from client c join source_identity i on i.client_id = coalesce(c.merged_into, c.id) join consent k on k.identity_id = i.id
       where c.id = $1 and k.channel = 'email' order by k.occurred_at desc, k.state`,
      [clientId],
    );
  }

  it('suppresses the next mail, for unsubscribing and for a complaint', async () => {
    expect((await planned()).plan).toMatchObject({ ready: 6, suppressed: {} });
    await tell('ann', 'unsubscribed', 'e-ann');
    await tell('bob', 'complained', 'e-bob');
    expect((await planned()).plan).toMatchObject({ ready: 4, suppressed: { consent_denied: 2 } });
    const code = await launched();
    const rows = await until('sent', async () => {
      const all = await actions(code);
      return all.filter((a) => a.state === 'sent').length === 4 && all;
    });
    const refused = rows.filter((a) => a.state === 'suppressed');
    expect(refused.map((a) => a.client_id).toSorted()).toEqual(
      [first.get('ann')!.client_id, first.get('bob')!.client_id].toSorted(),
    );
    expect(refused.map((a) => a.reason)).toEqual(['consent_denied', 'consent_denied']);
    expect(peer.received.filter((to) => to === emailOf('ann'))).toHaveLength(1);
    // The list's own record names no client: what it says stands on the address, which is hers and nobody else's.
    expect((await consentOf(first.get('ann')!.client_id)).map((c) => `${c.state} ${c.key}`).toSorted()).toEqual([
      'denied S-ann',
      `denied ${emailOf('ann')}`,
    ]);
  });

  it('says the same when it comes again, and does not count against a newer yes or an older no', async () => {
    const client = first.get('cho')!.client_id;
    const later = new Date();
    const earlier = new Date(later.getTime() - 3600_000);
    await tell('cho', 'unsubscribed', 'e-cho-2', later);
    await tell('cho', 'unsubscribed', 'e-cho-2', later);
    await tell('cho', 'complained', 'e-cho-1', earlier);
    expect((await consentOf(client)).map((c) => [c.state, c.occurredAt])).toEqual([
      ['denied', later],
      ['denied', later],
    ]);

    const yes = new Date(later.getTime() + 60_000);
    peer.list({
      subscriberNo: 'S-cho',
      email: emailOf('cho'),
      name: 'cho',
      consent: 'yes',
      updatedAt: yes.toISOString(),
    });
    await until('the newer yes', async () => (await consentOf(client))[0]?.state === 'granted');
    await tell('cho', 'unsubscribed', 'e-cho-3', new Date(later.getTime() + 30_000));
    expect((await consentOf(client))[0]).toMatchObject({ state: 'granted', occurredAt: yes });
    await tell('cho', 'unsubscribed', 'e-cho-4', yes);
    expect((await consentOf(client))[0]).toMatchObject({ state: 'denied', occurredAt: yes });
  });

  it('stops a mail that was already waiting to be sent', async () => {
    const hour = (later: number) => `${String((Number(clock.format(new Date())) + later) % 24).padStart(2, '0')}:00`;
    const code = await launched({ quietHours: { from: hour(0), to: hour(3) } });
    await until('waiting for the morning', async () => (await actions(code)).length === PEOPLE.length);
    expect((await actions(code)).filter((a) => a.state === 'ready').map((a) => a.to)).toEqual(
      ['dai', 'eve', 'fay'].map(emailOf),
    );
    await tell('fay', 'unsubscribed', 'e-fay');
    await db.query("update action set next_at = now() where state = 'ready'");
    await until(
      'the others are sent',
      async () => (await actions(code)).filter((a) => a.state === 'sent').length === 2,
    );
    await until('nothing waits', async () => (await actions(code)).every((a) => a.state !== 'ready'));
    const [fay] = (await actions(code)).filter((a) => a.client_id === first.get('fay')!.client_id);
    expect(fay).toMatchObject({ state: 'suppressed', reason: 'consent_denied' });
    expect(peer.received.filter((to) => to === emailOf('fay'))).toHaveLength(2);
  });

  it('survives a merge, and finds a client who was merged before it came', async () => {
    const merged = { name: 'dai', consent: 'yes' as const, updatedAt: subscribedAt };
    await tell('dai', 'unsubscribed', 'e-dai');
    peer.list(
      { ...merged, subscriberNo: 'S-dai', email: emailOf('dai'), customerNo: 'C-1', updatedAt: '2026-01-06T09:00:00Z' },
      { ...merged, subscriberNo: 'S-eve', email: emailOf('eve'), customerNo: 'C-2', updatedAt: '2026-01-06T09:00:00Z' },
    );
    for (const p of ['dai', 'eve'])
      await until(`${p} is another client now`, async () => {
        const [row] = await db.query<{ m: string | null }>('select merged_into as m from client where id = $1', [
          first.get(p)!.client_id,
        ]);
        return row!.m !== null;
      });
    await tell('eve', 'unsubscribed', 'e-eve');
    for (const p of ['dai', 'eve']) expect((await consentOf(first.get(p)!.client_id))[0]!.state).toBe('denied');
    expect((await planned()).plan).toMatchObject({ ready: 0, suppressed: { consent_denied: 6 } });
  });
});
