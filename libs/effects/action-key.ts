import { createHash } from 'node:crypto';

/**
 * The key under which an action exists once. Each part protects from something:
 * - campaign and version: a corrected campaign may act again, the same one may not;
 * - client: nobody is called twice by one step;
 * - step and channel: the two steps of a journey are two actions.
 *
 * The unique index on `action.key` is what enforces it; a replan, a double click or a crash ends at the same row.
 */
export function actionKey(a: {
  campaignId: string;
  version: number;
  clientId: string;
  step: string;
  channel: string;
}): Buffer {
  return createHash('sha256').update([a.campaignId, a.version, a.clientId, a.step, a.channel].join('\0')).digest();
}
