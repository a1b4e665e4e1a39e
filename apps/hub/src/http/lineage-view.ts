import { mask } from '#access';
import {
  type AccountOfField,
  type Statement,
  statedValue,
  type StatedValue,
  SURVIVORSHIP_RULES,
  WINNING_RULES,
} from '#clients';
import { publicId } from '#platform';
import { z } from 'zod';
import { maskedValue } from './show-field.js';
import { count, iso, timestamp } from './schemas.js';

const value = z.union([z.string(), z.array(z.string())]);
const statedView = z
  .object({
    system: z.string(),
    stream: z.string(),
    key: z.string(),
    record: z.int(),
    version: timestamp,
    mapping: z.int(),
    verified: z.boolean().meta({ description: 'The system has verified this field' }),
    value,
  })
  .meta({ id: 'StatedField', description: 'What one record states, and the version of the mapping that read it' });
const loserView = statedView
  .extend({ lostBy: z.enum(WINNING_RULES).meta({ description: 'What put it behind the winner' }) })
  .meta({ id: 'LosingField' });

export const lineageView = z
  .object({
    client: z.string(),
    version: z.int(),
    policyVersion: z.int().meta({ description: '0 is the shipped policy' }),
    items: z.array(
      z
        .object({
          field: z.string(),
          value,
          rule: z.enum(WINNING_RULES).meta({
            description:
              'What decided. key: rules left all equal; only: nobody else has a value; union: lists are joined',
          }),
          order: z.array(z.enum(SURVIVORSHIP_RULES)),
          winner: statedView.nullable().meta({ description: 'Null when a pin won' }),
          pins: z.array(z.object({ id: z.string(), pinnedAt: timestamp, value })).meta({
            description: 'Pins that stand for the field; the first wins',
          }),
          losers: z.array(loserView).meta({ description: 'Best first; the first fifty' }),
          losersTotal: count,
        })
        .meta({ id: 'LineageOfField' }),
    ),
  })
  .meta({ id: 'ClientLineage' });

const MOST_LOSERS = 50;

interface Reader {
  readonly systemOf: ReadonlyMap<number, string>;
  /** Opens a sealed document; for a reader who may not see values in clear there is none. */
  readonly open: ((sealed: string) => string) | undefined;
}

export function viewLineage(fields: readonly AccountOfField[], reader: Reader): z.input<typeof lineageView>['items'] {
  return fields.map((a) => {
    const shown = (v: StatedValue) => show(a.field, v, reader);
    const stated = (s: Statement) => ({
      system: reader.systemOf.get(s.system) ?? String(s.system),
      stream: s.stream,
      key: reader.open ? s.key : mask.key(s.key),
      record: s.record,
      version: iso(s.version),
      mapping: s.mapping,
      verified: s.verified.includes(a.field),
      value: shown(statedValue(s.fields, a.field)!),
    });
    return {
      field: a.field,
      value: shown(a.value),
      rule: a.rule,
      order: [...a.order],
      winner: a.winner ? stated(a.winner) : null,
      pins: a.pins.map((p) => ({
        id: publicId('pin', p.id),
        pinnedAt: iso(p.pinnedAt),
        value: shown(statedValue(p.fields, a.field)!),
      })),
      losers: a.losers.slice(0, MOST_LOSERS).map((l) => ({ ...stated(l.statement), lostBy: l.lostBy })),
      losersTotal: a.losers.length,
    };
  });
}

function show(field: string, v: StatedValue, { open }: Reader): string | string[] {
  if (open && field === 'idDocument') return open(v as string);
  const text = open ? v : maskedValue(field, v);
  return typeof text === 'string' ? text : [...text];
}
