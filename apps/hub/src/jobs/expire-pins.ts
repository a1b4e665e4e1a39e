import type { AuditService } from '#access';
import type { Pins } from '#clients';
import { type Database, publicId } from '#platform';

/** What the audit log names as the actor of what comes by the clock. */
const BY_THE_CLOCK = 'clock';

/** Ends the pins whose time has come; each end stands in the audit log, in the transaction that changes the client. */
export async function expirePins(db: Database, pins: Pins, audit: AuditService): Promise<void> {
  for (;;) {
    const ended = await db.tx(async (tx) => {
      const expired = await pins.expire(tx);
      for (const { id, field, clientId } of expired)
        await audit.write(tx, BY_THE_CLOCK, 'client.pin_expired', `client/${publicId('cli', clientId)}`, {
          pin: publicId('pin', id),
          field,
        });
      return expired.length;
    });
    if (ended === 0) return;
  }
}
