import {
  checkCall,
  CLIENT_FIELD_NAMES,
  CLIENT_FIELDS,
  type ClientFieldName,
  CONSENT_CHANNELS,
  ExpressionError,
  IDENTITY_KEYS,
  isFactKind,
  isZone,
  parseExpression,
  walk,
} from '#canonical';
import { bilingual } from '#platform';
import { z } from 'zod';

/**
 * The mapping language: versioned data that turns the raw records of one stream into canonical facts. A rule takes one
 * value out of a record and says what it is; everything it cannot read is a fault that names the field, what was
 * found and what is needed.
 */

/** What a rule's value becomes. `text` is trimmed; blanks become "absent". */
export const RULE_TYPES = [
  'text',
  'decimal',
  'integer',
  'day',
  'instant',
  'phone',
  'email',
  'id_document',
  'boolean',
] as const;
export type RuleType = (typeof RULE_TYPES)[number];

const expression = z
  .string()
  .max(8192)
  .check((c) => {
    try {
      walk(parseExpression(c.value), (n) => {
        if (n.kind === 'call') checkCall(n.name, n.args, n.at);
      });
    } catch (e) {
      if (!(e instanceof ExpressionError)) throw e;
      c.issues.push({ code: 'custom', message: bilingual(e.words.en, e.words.zh), input: c.value });
    }
  });

const path = z
  .string()
  .regex(/^[^.\s[\]]+(\.[^.\s[\]]+|\[\d+\])*$/, 'a path is written a.b[0].c')
  .max(200);

const ruleObject = z
  .strictObject({
    /** Where the value stands in the record: `a.b[0].c`. */
    path: path.optional(),
    /** Instead of a path: an expression over the record's fields. */
    expr: expression.optional(),
    /** Instead of either: a constant. */
    value: z.string().max(500).optional(),
    as: z.enum(RULE_TYPES).default('text'),
    /** Source codes and what they mean. A code that is not listed is a fault, unless `*` says what to take. */
    codes: z.record(z.string(), z.string()).optional(),
    /** Moves the decimal point: 4 turns 万元 into yuan. */
    scale: z.int().min(-12).max(12).default(0),
    /** IANA zone of times without an offset. */
    zone: z.string().refine(isZone, 'there is no such time zone').optional(),
    default: z.string().max(500).optional(),
    required: z.boolean().default(false),
    /** What to do with a value that cannot be read: quarantine the record, or go on without the value. */
    onFault: z.enum(['quarantine', 'drop']).optional(),
  })
  .refine(
    (r) => [r.path, r.expr, r.value].filter((v) => v !== undefined).length === 1,
    'give one of path, expr and value',
  );

/** A rule; a bare string is a path to a text. */
export const rule = z.union([path.transform((p) => ruleObject.parse({ path: p })), ruleObject]);
export type Rule = z.output<typeof ruleObject>;

const identityTypes = Object.keys(IDENTITY_KEYS) as [keyof typeof IDENTITY_KEYS, ...(keyof typeof IDENTITY_KEYS)[]];
type ListField = {
  [F in ClientFieldName]: (typeof CLIENT_FIELDS)[F]['type'] extends 'list' ? F : never;
}[ClientFieldName];
type ScalarField = Exclude<ClientFieldName, ListField>;
/** One rule, or several of which the first that gives a value counts. */
const optionalRule = z.union([rule, z.array(rule).min(1).max(10)]).optional();
const optionalRules = z.array(rule).max(10).optional();

function rulesFor<F extends string, R>(isList: boolean, each: R): Record<F, R> {
  const names = CLIENT_FIELD_NAMES.filter((f) => (CLIENT_FIELDS[f].type === 'list') === isList);
  return Object.fromEntries(names.map((f) => [f, each])) as Record<F, R>;
}

const clientRules = z.strictObject({
  ...rulesFor<ScalarField, typeof optionalRule>(false, optionalRule),
  ...rulesFor<ListField, typeof optionalRules>(true, optionalRules),
  attributes: z.record(z.string().regex(/^[a-z][A-Za-z0-9_]{0,39}$/), rule).optional(),
});

export const mappingSpec = z.strictObject({
  /** Records for which this holds are not wanted; they are counted as skipped. */
  skipWhen: expression.optional(),
  /** What orders the versions of a row; without it, the record's own time. */
  version: rule.optional(),
  /** Who it is about. The first key that is present owns what the record says. */
  identities: z
    .array(z.strictObject({ type: z.enum(identityTypes), from: rule, prefix: z.string().max(40).default('') }))
    .min(1)
    .max(12),
  client: clientRules.optional(),
  /** Which row of the source the client fields belong to; without it, the record's own key. Events say it here. */
  clientKey: rule.optional(),
  account: z
    .strictObject({
      kind: z.enum(['fund', 'securities', 'margin', 'option']),
      no: rule,
      branch: rule.optional(),
      status: rule.optional(),
      currency: rule.optional(),
      opened: rule.optional(),
      closed: rule.optional(),
      commissionRate: rule.optional(),
    })
    .optional(),
  consents: z
    .array(
      z.strictObject({
        channel: z.enum(CONSENT_CHANNELS),
        purpose: z.string().max(40).default('marketing'),
        state: rule,
      }),
    )
    .max(10)
    .optional(),
  assets: z
    .strictObject({
      day: rule,
      total: rule.optional(),
      cash: rule.optional(),
      securities: rule.optional(),
      funds: rule.optional(),
      debt: rule.optional(),
      net: rule.optional(),
    })
    .optional(),
  fact: z
    .strictObject({
      /** A fact kind, or a rule with `codes` that gives one; a record whose rule gives nothing is skipped. */
      kind: z.union([
        z
          .string()
          .refine(isFactKind, 'there is no such fact kind')
          .transform((k) => ruleObject.parse({ value: k })),
        ruleObject,
      ]),
      at: rule.optional(),
      amount: rule.optional(),
      also: rule.optional(),
      data: z.record(z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/), rule).default({}),
    })
    .optional(),
});
export type MappingSpec = z.output<typeof mappingSpec>;
/** What is stored and shown: the spec as a person wrote it. */
export type MappingSource = z.input<typeof mappingSpec>;

/** The file a connector ships: one mapping per stream. */
export const mappingFile = z.record(z.string(), mappingSpec);
