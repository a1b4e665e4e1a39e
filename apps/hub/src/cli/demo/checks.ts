import { parsePublicId } from '#platform';
import type { Api } from '../api.js';
import type { Firm } from './firm.js';

/** One count that must agree, laid side by side. */
export interface Check {
  readonly what: string;
  readonly hub: number;
  readonly peer: number;
  readonly ok: boolean;
}

interface Reconciliation {
  streams: { stream: string; keys: number; openInQuarantine: number }[];
  totals: { read: number; applied: number; unchanged: number; skipped: number; quarantined: number; waiting: number };
}

interface Action {
  id: string;
  step: string;
  channel: string;
  state: string;
}

/** Streams of the hub, and the tables and streams of the firm that they read. */
const SAME: Record<string, Record<string, string>> = {
  trading: {
    clients: 'customer',
    'fund-accounts': 'fund_account',
    'security-accounts': 'security_account',
    assets: 'asset_daily',
    trades: 'trade',
    'cash-transfers': 'cash_transfer',
    'custody-transfers': 'custody_transfer',
  },
  callcentre: { calls: 'calls', contacts: 'contacts' },
  mail: { events: 'events', subscribers: 'subscribers' },
  web: { events: 'events' },
};
const FIRM_NAME: Record<string, string> = { trading: 'trading', callcentre: 'call', mail: 'mail', web: 'web' };

function equal(what: string, hub: number, peer: number): Check {
  return { what, hub, peer, ok: hub === peer };
}

/** Every row of the firm stands in the inbox, each batch adds up, and nothing waits. */
export async function checkIntake(api: Api, firm: Firm): Promise<Check[]> {
  const { rows, planted } = await firm.counts();
  const checks: Check[] = [];
  for (const [system, streams] of Object.entries(SAME)) {
    const held = await api.get<Reconciliation>(`/systems/${system}/reconciliation`);
    for (const [stream, table] of Object.entries(streams))
      checks.push(
        equal(
          `${system}: rows of ${table}`,
          held.streams.find((s) => s.stream === stream)?.keys ?? 0,
          rows[FIRM_NAME[system]!]?.[table] ?? 0,
        ),
      );
    const { read, applied, unchanged, skipped, quarantined, waiting } = held.totals;
    checks.push(
      equal(
        `${system}: read = applied + unchanged + skipped + quarantined`,
        read,
        applied + unchanged + skipped + quarantined,
      ),
    );
    checks.push(equal(`${system}: waiting`, waiting, 0));
    if (system === 'trading')
      checks.push(equal('trading: unreadable rows in quarantine', quarantined, planted.unreadable));
  }
  return checks;
}

/** Everything the campaign did, counted where it arrived. */
export async function checkEffects(api: Api, firm: Firm, campaign: string): Promise<Check[]> {
  const { plan } = await api.get<{ plan: { audience: number; control: number } }>(`/campaigns/${campaign}`);
  const actions: Action[] = [];
  for await (const a of api.all<Action>(`/actions?campaign=${campaign}`)) actions.push(a);
  const made = (channel: string) =>
    actions.filter((a) => a.channel === channel && ['sent', 'proved'].includes(a.state));
  const heldOut = new Set(actions.filter((a) => a.state === 'held_out').map((a) => idOf(a.id)));
  const checks = [
    equal('control group held out', heldOut.size, plan.control),
    equal('audience accounted for', actions.filter((a) => a.step === actions.at(-1)!.step).length, plan.audience),
  ];
  for (const [channel, peer] of [
    ['call', 'call'],
    ['email', 'mail'],
  ] as const) {
    const effects = await firm.effects(peer);
    const ours = new Set(made(channel).map((a) => idOf(a.id)));
    checks.push(equal(`${channel}: made and arrived`, ours.size, effects.length));
    checks.push(equal(`${channel}: arrived and not ours`, 0, effects.filter((e) => !ours.has(e.id)).length));
    checks.push(equal(`${channel}: arrived more than once`, 0, effects.filter((e) => e.arrivals > 1).length));
    checks.push(equal(`${channel}: reached the control group`, 0, effects.filter((e) => heldOut.has(e.id)).length));
  }
  checks.push(
    equal(
      'actions without a known end',
      0,
      actions.filter((a) => ['ready', 'claimed', 'unknown', 'failed'].includes(a.state)).length,
    ),
  );
  return checks;
}

/** What the downstream received is what the hub delivered, every signature good. */
export async function checkWebhooks(api: Api, firm: Firm): Promise<Check[]> {
  const { deliveries } = await api.get<{ deliveries: { delivered: number; waiting: number; failed: number } }>('/loop');
  const { webhooks } = await firm.counts();
  return [
    equal('webhooks: delivered and received', deliveries.delivered, webhooks.distinct),
    equal('webhooks: waiting or failed', deliveries.waiting + deliveries.failed, 0),
    equal('webhooks: bad signatures', 0, webhooks.refused),
  ];
}

/** The command id that peers see is the UUID inside the public id. */
function idOf(publicId: string): string {
  return parsePublicId('act', publicId) ?? publicId;
}
