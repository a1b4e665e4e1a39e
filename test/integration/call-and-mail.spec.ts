import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '#platform';
import { startCallCentre } from '../../apps/simulator/src/call/call-centre.js';
import { startMailSystem } from '../../apps/simulator/src/mail/mail-system.js';
import type { HubAddress, ReachingPeer } from '../../apps/simulator/src/peer.js';
import { smallFirm } from '../support/firm.js';
import { startTestHub, type TestHub, until } from '../support/hub.js';

interface View {
  version: number;
  settings: Record<string, unknown>;
  secrets: { field: string }[];
  streams: { name: string; phase: string; error: unknown }[];
}
interface Reconciliation {
  streams: { stream: string; records: number; openInQuarantine: number }[];
  totals: Record<string, number>;
}

describe('a call centre and a mail system', () => {
  let firm: Awaited<ReturnType<typeof smallFirm>>;
  let t: TestHub;
  let db: Database;
  let address: HubAddress | undefined;
  let call: ReachingPeer;
  let mail: ReachingPeer;
  const secretsOf = (peer: ReachingPeer) => {
    const { smtp, ...rest } = peer.card as Record<string, string> & { smtp?: { password: string } };
    return [rest['token']!, rest['webhookSecret']!, ...(smtp ? [smtp.password] : [])];
  };
  const one = async (text: string) => (await db.query<{ n: number }>(text))[0]!.n;
  const view = async (code: string) => (await t.api<View>('GET', `/systems/${code}`)).body;

  beforeAll(async () => {
    firm = await smallFirm('both', 400);
    call = await startCallCentre({ ...firm, hub: () => address });
    mail = await startMailSystem({ ...firm, hub: () => address });
    t = await startTestHub();
    db = t.hub.app.get(Database);
    address = { url: t.hub.url, callWebhook: '/in/callcentre/events', mailWebhook: '/in/mail/events' };
  });
  afterAll(async () => {
    await t.stop();
    await Promise.all([call.close(), mail.close()]);
    await firm.remove();
  });

  it('are registered with their secrets sealed, the one inside a group too', async () => {
    const c = call.card as Record<string, string>;
    const m = mail.card as Record<string, string> & { smtp: Record<string, unknown> };
    const bodies = [
      {
        code: 'callcentre',
        name: 'Call centre',
        connector: 'call-webhook',
        settings: {
          baseUrl: c['url'],
          token: c['token'],
          signature: { preset: 'hmac-sha256', secret: c['webhookSecret'] },
          pollMs: 300,
        },
      },
      {
        code: 'mail',
        name: 'Mail',
        connector: 'email-smtp',
        settings: {
          ...m.smtp,
          apiUrl: m['url'],
          apiToken: m['token'],
          webhookSecret: m['webhookSecret'],
          pollMs: 300,
        },
      },
    ];
    for (const body of bodies) {
      const made = await t.api('POST', '/systems', body);
      expect(made.status).toBe(201);
      expect((await t.api('POST', `/systems/${body.code}/check`)).body).toMatchObject({ ok: true });
    }
    const seen = JSON.stringify([
      await view('callcentre'),
      await view('mail'),
      (await t.api('GET', '/audit')).body,
      await db.query('select settings from system'),
    ]);
    for (const secret of [...secretsOf(call), ...secretsOf(mail)]) expect(seen).not.toContain(secret);
    expect((await view('callcentre')).secrets.map((s) => s.field)).toEqual(['signature.secret', 'token']);
    expect((await view('callcentre')).settings).toMatchObject({ signature: { preset: 'hmac-sha256' } });
  });

  it('are read to their ends, every record with a place', async () => {
    for (const [code, peer] of [
      ['callcentre', call],
      ['mail', mail],
    ] as const) {
      await until(`${code} is live`, async () => {
        const { streams } = await view(code);
        return streams.length >= 2 && streams.every((s) => s.phase === 'live' && s.error === null);
      });
      await until('all is applied', async () => {
        return (await one('select count(*)::int as n from inbox_batch where done_at is null')) === 0;
      });
      const { streams, totals } = (await t.api<Reconciliation>('GET', `/systems/${code}/reconciliation`)).body;
      const rows = await peer.rows();
      expect(Object.fromEntries(streams.map((s) => [s.stream, s.records]))).toEqual(rows);
      expect(totals).toMatchObject({ quarantined: 0, waiting: 0 });
    }
    expect(await one("select count(distinct key)::int as n from source_identity where type = 'contact_no'")).toBe(
      (await call.rows())['contacts'],
    );
    expect(await one("select count(*)::int as n from consent where channel = 'email'")).toBeGreaterThan(0);
    expect(await one("select count(*)::int as n from fact where kind in ('call.answered', 'call.missed')")).toBe(
      (await call.rows())['calls'],
    );
  });

  it('speak by themselves, and nothing said twice is counted twice', async () => {
    for (let n = 0; n < 20; n++) await Promise.all([call.act(), mail.act()]);
    const rows = { ...(await call.rows()), ...(await mail.rows()) };
    const counted = async () =>
      Object.fromEntries(
        (
          await db.query<{ stream: string; n: number }>(
            'select stream, count(*)::int as n from inbox_record group by stream order by stream',
          )
        ).map((r) => [r.stream, r.n]),
      );
    await until('both roads have brought everything', async () => {
      const c = await counted();
      return c['calls'] === rows['calls'] && c['events'] === rows['events'];
    });
    // Webhooks that come again, and some more looks at the history.
    await new Promise((r) => setTimeout(r, 2000));
    expect(await counted()).toMatchObject(rows);
    const byWebhook = await one("select sum(read)::int as n from inbox_batch where actor like 'webhook:%'");
    expect(byWebhook).toBeGreaterThanOrEqual(40);
  });

  it('are not believed when the signature is wrong', async () => {
    const before = await one('select count(*)::int as n from inbox_record');
    const response = await fetch(`${t.hub.url}/in/callcentre/events`, {
      method: 'POST',
      headers: { 'x-timestamp': String(Math.floor(Date.now() / 1000)), 'x-signature': `sha256=${'0'.repeat(64)}` },
      body: JSON.stringify({ event: 'call.ended', callId: 'forged', disposition: 'ANSWERED' }),
    });
    expect(response.status).toBe(401);
    expect(await one('select count(*)::int as n from inbox_record')).toBe(before);
  });

  it('keep their secrets when other settings change', async () => {
    const { version, settings } = await view('callcentre');
    const changed = await t.api('PATCH', '/systems/callcentre', { version, settings: { ...settings, pollMs: 500 } });
    expect(changed.status).toBe(200);
    expect((await t.api('POST', '/systems/callcentre/check')).body).toMatchObject({ ok: true });
    await call.act();
    const rows = await call.rows();
    await until('the next call has come', async () => {
      return (await one("select count(*)::int as n from inbox_record where stream = 'calls'")) === rows['calls'];
    });
  });
});
