import { isOutcomeKind, type OutcomeKind, OUTCOMES, parseInstant } from '#canonical';
import { MappingFault } from '../mapping/coerce.js';

/** What a source reports of an action, as the inbox holds it. */
export interface Outcome {
  readonly commandId?: string;
  readonly externalId?: string;
  readonly kind: OutcomeKind;
  readonly occurredAt: string;
  readonly detail?: string;
}

/** @throws MappingFault naming the field that keeps the outcome from being understood. */
export function readOutcome(data: unknown): Outcome {
  const o = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
  const kind = text(o, 'kind');
  if (kind === undefined || !isOutcomeKind(kind))
    throw new MappingFault('outcome.kind', kind, `one of ${Object.keys(OUTCOMES).join(', ')}`);
  const occurredAt = text(o, 'occurredAt');
  const at = occurredAt === undefined ? undefined : parseInstant(occurredAt);
  if (!at) throw new MappingFault('outcome.occurredAt', occurredAt, 'a time such as 2026-01-05T09:30:00+08:00');
  const commandId = text(o, 'commandId');
  const externalId = text(o, 'externalId');
  const detail = text(o, 'detail');
  if (commandId === undefined && externalId === undefined)
    throw new MappingFault('outcome.commandId', undefined, 'our id of the action, or the id the system gave it');
  return {
    kind,
    occurredAt: at.toISOString(),
    ...(commandId === undefined ? {} : { commandId }),
    ...(externalId === undefined ? {} : { externalId }),
    ...(detail === undefined ? {} : { detail }),
  };
}

function text(o: Record<string, unknown>, name: string): string | undefined {
  const value = o[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
