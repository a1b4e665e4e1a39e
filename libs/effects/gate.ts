import type { Channel, ConsentChannel } from '#canonical';

/** What a campaign lets stand in the way of an action. */
export interface Guards {
  /** `not_denied` lets silence pass; `granted` asks for a yes. */
  readonly consent: 'not_denied' | 'granted' | 'ignore';
  /** At most `most` actions of any campaign on this client in the last `days` days; absent: no cap. */
  readonly frequency?: { readonly most: number; readonly days: number } | undefined;
  /** Local hours in which nothing is sent, `HH:MM`; it may cross midnight. */
  readonly quietHours?: { readonly from: string; readonly to: string } | undefined;
  /** Let service contacts reach clients who are leaving; marketing never may. */
  readonly purpose: 'marketing' | 'service';
}

/** What the gates look at, read in one query for a whole chunk. */
export interface GateFacts {
  readonly clientId: string;
  readonly merged: boolean;
  readonly status: string;
  readonly consent: 'granted' | 'denied' | null;
  readonly recent: number;
  readonly contact: string | null;
}

export type Suppression =
  'merged' | 'regulatory_hold' | 'consent_denied' | 'consent_missing' | 'frequency_cap' | 'no_contact';

/**
 * Decides whether an action may be made; the first gate that says no gives the reason, in this order: identity, law,
 * consent, frequency, contact point. Pure.
 *
 * Once a transfer or closure is filed (status leaving or closed), only service contact is allowed: obstructing or
 * delaying a client who leaves is forbidden (CSRC notice of 2009).
 */
export function gate(f: GateFacts, g: Guards): Suppression | undefined {
  if (f.merged) return 'merged';
  if (g.purpose === 'marketing' && (f.status === 'leaving' || f.status === 'closed')) return 'regulatory_hold';
  if (g.consent !== 'ignore' && f.consent === 'denied') return 'consent_denied';
  if (g.consent === 'granted' && f.consent !== 'granted') return 'consent_missing';
  if (g.frequency && f.recent >= g.frequency.most) return 'frequency_cap';
  if (f.contact === null) return 'no_contact';
  return undefined;
}

/** When an action that is ready now may start, past the quiet hours. `localMinutes` is the minute of the firm's day. */
export function afterQuietHours(g: Guards, localMinutes: number): number {
  if (!g.quietHours) return 0;
  const from = minutes(g.quietHours.from);
  const to = minutes(g.quietHours.to);
  const quiet = from <= to ? localMinutes >= from && localMinutes < to : localMinutes >= from || localMinutes < to;
  return quiet ? (to - localMinutes + 1440) % 1440 : 0;
}

function minutes(hhmm: string): number {
  return Number(hhmm.slice(0, 2)) * 60 + Number(hhmm.slice(3, 5));
}

/** The consent that governs a channel; a channel without one (trading) is not marketing. */
export function consentChannel(channel: Channel): ConsentChannel | undefined {
  return channel === 'trading' ? undefined : channel;
}
