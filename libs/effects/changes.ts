import { OUTCOMES } from '#canonical';
import { type NewEvent, publicId, type Tx, writeEvents } from '#platform';

/** Kinds of outcome after which nothing more is expected. */
export const FINAL_OUTCOMES = Object.entries(OUTCOMES)
  .filter(([, o]) => o.final)
  .map(([kind]) => kind);

const TOLD = new Set(['sent', 'proved', 'rejected', 'failed', 'unknown']);

/** Events for actions that reached a state which others want to hear of. */
export async function tellChanges(
  tx: Tx,
  changes: readonly {
    id: string;
    state: string;
    channel: string;
    campaignId: string;
    clientId: string;
    reason?: string;
    outcome?: string;
  }[],
): Promise<void> {
  await writeEvents(
    tx,
    changes
      .filter((c) => TOLD.has(c.state))
      .map((c): NewEvent => ({
        type: c.outcome === undefined ? `action.${c.state === 'proved' ? 'sent' : c.state}` : 'outcome.recorded',
        clientId: c.clientId,
        subject: `action/${publicId('act', c.id)}`,
        origin: 'live',
        data: {
          action: publicId('act', c.id),
          campaign: publicId('cmp', c.campaignId),
          channel: c.channel,
          ...(c.reason ? { reason: c.reason } : {}),
          ...(c.outcome ? { outcome: c.outcome } : {}),
        },
      })),
  );
}
