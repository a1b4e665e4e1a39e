import { type Channel, OPT_OUTS, type Origin } from '#canonical';
import { writeRefusals } from '#clients';
import type { Tx } from '#platform';
import { consentChannel } from './gate.js';
import { SELECT_OPT_OUTS } from './ledger.sql.js';

interface OptOut {
  readonly clientId: string;
  readonly channel: Channel;
  readonly occurredAt: Date;
  readonly systemId: number;
  readonly recordId: number;
}

/**
 * Turns opt-outs among outcomes into denied consents of the actions' clients, in the transaction that recorded the
 * outcomes: from its commit on, the gates hold the channel closed.
 *
 * @param by outcomes of the inbox by their records, or actions that learnt an outcome by another road.
 */
export async function denyOptOuts(
  tx: Tx,
  by: { readonly records?: ReadonlyMap<number, Origin>; readonly actions?: readonly string[] },
): Promise<void> {
  const { records = new Map<number, Origin>(), actions = [] } = by;
  if (records.size === 0 && actions.length === 0) return;
  const found = await tx.query<OptOut>(SELECT_OPT_OUTS, [[...records.keys()], actions, OPT_OUTS]);
  await writeRefusals(
    tx,
    found.flatMap(({ channel, ...o }) => {
      const refused = consentChannel(channel);
      return refused === undefined ? [] : [{ ...o, channel: refused, origin: records.get(o.recordId) ?? 'live' }];
    }),
  );
}
