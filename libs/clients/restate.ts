import { type Envelope, publicId, type Tx, writeEvents } from '#platform';
import { projectClients } from './project.js';
import { markChanged } from './write.js';

/**
 * Computes clients anew because of what a person said or the clock brought, not because of a record. Downstream hears
 * which of them changed; it starts no journey. The caller holds the lane.
 *
 * @returns ids of the clients that changed, with their new version.
 */
export async function restateClients(
  tx: Tx,
  envelope: Envelope,
  clientIds: readonly string[],
): Promise<{ id: string; version: number }[]> {
  const updated = await projectClients(tx, envelope, clientIds);
  await markChanged(
    tx,
    updated.map((u) => u.id),
    'replay',
  );
  await writeEvents(
    tx,
    updated.map((u) => ({
      type: 'client.updated',
      clientId: u.id,
      subject: `client/${publicId('cli', u.id)}`,
      origin: 'live',
      data: { version: u.version },
    })),
  );
  return updated;
}
