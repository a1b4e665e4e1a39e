import { ACTIONS, type ActionName, type Channel, FIRM_ZONE, type IdentityKeyType } from '#canonical';
import type { ActionSpec } from '#connector-kit';
import { type Tx, uuidv7 } from '#platform';
import { actionKey } from './action-key.js';
import { afterQuietHours, consentChannel, gate, type GateFacts, type Guards } from './gate.js';
import { GATE_FACTS, RESERVE } from './ledger.sql.js';

/** A stage of a campaign, for many clients. */
export interface ReserveRequest {
  readonly campaignId: string;
  readonly version: number;
  readonly step: string;
  readonly action: ActionName;
  readonly systemId: number;
  readonly spec: ActionSpec;
  readonly guards: Guards;
  /** How long an action may wait to be sent, seconds; later it is expired. */
  readonly expiresSeconds: number;
  /** How long the step waits for an outcome once it was sent, milliseconds. */
  readonly waitMs: number;
  readonly now: Date;
  /** Fills in the action's parameters for one client. @throws with the reason when it cannot. */
  readonly params: (client: ClientFacts) => unknown;
  /** Drawn for the control group: written down, and never sent. */
  readonly heldOut: ReadonlySet<string>;
}

/** The fields that contents may use. */
export interface ClientFacts {
  readonly id: string;
  readonly name: string;
  readonly nameLatin: string;
  readonly kind: string;
  readonly gender: string;
  readonly tier: string;
  readonly riskLevel: string;
  readonly branch: string;
  readonly manager: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly contact: string;
}

type Row = Omit<GateFacts, 'contact'> & {
  userId: string | null;
  phones: string[];
  emails: string[];
} & { [K in Exclude<keyof ClientFacts, 'id' | 'contact'>]: ClientFacts[K] | null };

/** What the gates would say, without writing anything: "what exactly will happen" before a person agrees to it. */
export async function previewActions(
  tx: Tx,
  r: ReserveRequest,
  clientIds: readonly string[],
): Promise<{ state: string; reason: string }[]> {
  return (await decideAll(tx, r, clientIds)).map(({ state, reason }) => ({ state, reason }));
}

/**
 * Writes the intent of an action for each client before anything is sent: held out, suppressed with its reason, or
 * ready. Runs in the caller's transaction. Calling it again for the same step and clients changes nothing.
 *
 * @returns what was newly written, by state.
 */
export async function reserveActions(
  tx: Tx,
  r: ReserveRequest,
  clientIds: readonly string[],
): Promise<Record<string, number>> {
  const { channel } = ACTIONS[r.action];
  const delay = afterQuietHours(r.guards, minuteOfDay(r.now));
  const actions = (await decideAll(tx, r, clientIds)).map(({ clientId, ...decided }) => {
    const key = actionKey({ campaignId: r.campaignId, version: r.version, clientId, step: r.step, channel });
    return {
      id: uuidv7(),
      key: key.toString('hex'),
      campaign_id: r.campaignId,
      campaign_version: r.version,
      client_id: clientId,
      step: r.step,
      channel,
      name: r.action,
      system_id: r.systemId,
      idempotency: r.spec.idempotency,
      settle_ms: r.spec.settleMs ?? 0,
      wait_ms: r.waitMs,
      delay_minutes: delay,
      expires_seconds: r.expiresSeconds,
      ...decided,
    };
  });
  const counts: Record<string, number> = {};
  for (const { state } of await tx.query<{ state: string }>(RESERVE, [JSON.stringify(actions)]))
    counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

async function decideAll(tx: Tx, r: ReserveRequest, clientIds: readonly string[]) {
  const { channel, params } = ACTIONS[r.action];
  const rows = await tx.query<Row>(GATE_FACTS, [
    clientIds,
    consentChannel(channel) ?? null,
    r.guards.frequency?.days ?? 0,
    contactIdentity(channel),
  ]);
  return rows.map((row) => ({ clientId: row.clientId, ...decide(r, row, contactOf(channel, row), params) }));
}

function decide(r: ReserveRequest, row: Row, contact: string | null, schema: (typeof ACTIONS)[ActionName]['params']) {
  if (r.heldOut.has(row.clientId)) return { state: 'held_out', reason: '', params: {} };
  const no = gate({ ...row, contact }, r.guards);
  if (no !== undefined) return { state: 'suppressed', reason: no, params: {} };
  try {
    return { state: 'ready', reason: '', params: schema.parse(r.params(clientFacts(row, contact!))) };
  } catch (e) {
    return {
      state: 'suppressed',
      reason: `content: ${e instanceof Error ? e.message.slice(0, 200) : 'invalid'}`,
      params: {},
    };
  }
}

function clientFacts(row: Row, contact: string): ClientFacts {
  return {
    id: row.clientId,
    name: row.name ?? '',
    nameLatin: row.nameLatin ?? '',
    kind: row.kind ?? '',
    gender: row.gender ?? '',
    tier: row.tier ?? '',
    riskLevel: row.riskLevel ?? '',
    branch: row.branch ?? '',
    manager: row.manager ?? '',
    attributes: row.attributes ?? {},
    contact,
  };
}

function contactOf(channel: Channel, row: Row): string | null {
  switch (channel) {
    case 'call':
      return row.phones[0] ?? null;
    case 'email':
      return row.emails[0] ?? null;
    case 'web':
    case 'trading':
      return row.userId;
  }
}

function contactIdentity(channel: Channel): IdentityKeyType | null {
  return channel === 'web' ? 'user_id' : channel === 'trading' ? 'fund_account' : null;
}

const clock = new Intl.DateTimeFormat('en-US', {
  timeZone: FIRM_ZONE,
  hourCycle: 'h23',
  hour: '2-digit',
  minute: '2-digit',
});

function minuteOfDay(now: Date): number {
  const [h, m] = clock.format(now).split(':').map(Number);
  return h! * 60 + m!;
}
