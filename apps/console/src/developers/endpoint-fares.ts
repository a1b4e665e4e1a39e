import type { TFunction } from 'i18next';
import type { Endpoint } from '../api/generated/hub.schemas.js';
import type { Formats } from '../format/formats.js';
import { secondsTo, signOf } from './endpoint-sign.js';

/** What is to be known of an endpoint that is not well, and what will become of it. Empty when it is well. */
export function faresOf(t: TFunction, f: Formats, e: Endpoint): string[] {
  const { failingSince, disablesAt, openUntil } = e.health;
  const sign = signOf(e);
  if (sign === 'disabled') return e.disabledReason === '' ? [] : [e.disabledReason];
  const facts: string[] = [];
  if (failingSince !== null) facts.push(t('endpoint.failingSince', { time: f.moment(failingSince) }));
  if (sign === 'resting' && openUntil !== null)
    facts.push(
      secondsTo(openUntil) > 0 ? t('endpoint.triedIn', { time: f.span(secondsTo(openUntil)) }) : t('endpoint.triedNow'),
    );
  if (disablesAt !== null) facts.push(t('endpoint.disablesIn', { time: f.span(secondsTo(disablesAt)) }));
  return facts;
}
