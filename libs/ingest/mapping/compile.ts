import {
  ASSET_PARTS,
  type AssetPart,
  type CallNode,
  CLIENT_FIELDS,
  type ClientFieldName,
  type ClientFields,
  type ConsentChannel,
  type ConsentState,
  DecimalValue,
  evaluate,
  ExpressionError,
  FACT_KINDS,
  type FactKind,
  type IdentityKey,
  isFactKind,
  type Node,
  parseDecimal,
  parseExpression,
  parseInstant,
  type Scope,
  TEXT_FUNCTIONS,
  truth,
  type Value,
} from '#canonical';
import { coerce, MappingFault } from './coerce.js';
import type { MappingSpec, Rule } from './mapping-spec.js';

/** What one record says, in canonical words. */
export interface Mapped {
  readonly identities: readonly IdentityKey[];
  /**
   * `event`: it happened once, and whom it names stays named. `row`: it has versions, and only the newest counts.
   * `plain_row`: a row whose stream never names more than one key.
   */
  readonly shape: 'event' | 'row' | 'plain_row';
  readonly version: Date;
  /** `key`: the source's row about the client, when that is not the record itself. */
  readonly client?: {
    readonly key: string | undefined;
    readonly fields: ClientFields;
    readonly attributes: Record<string, string>;
  };
  readonly account?: {
    readonly kind: string;
    readonly no: string;
    readonly branch: string | undefined;
    readonly status: string | undefined;
    readonly currency: string | undefined;
    readonly opened: string | undefined;
    readonly closed: string | undefined;
    readonly commissionRate: string | undefined;
  };
  readonly consents: readonly {
    readonly channel: ConsentChannel;
    readonly purpose: string;
    readonly state: ConsentState;
  }[];
  readonly assets?: { readonly day: string } & { readonly [P in AssetPart]?: string };
  readonly fact?: {
    readonly kind: FactKind;
    readonly at: Date;
    readonly amount: string | undefined;
    readonly also: string | undefined;
    readonly data: Record<string, string>;
  };
}

export type MappingResult = { readonly result: 'mapped'; readonly mapped: Mapped } | { readonly result: 'skipped' };

/** @param occurredAt the record's own time; undefined when the source gave none. */
export type CompiledMapping = (data: unknown, occurredAt: Date | undefined) => MappingResult;

type Reader = (data: unknown) => string | undefined;

/**
 * Compiles a mapping once into closures over its paths; a record then costs a walk over its rules.
 *
 * The compiled function is pure: the same record gives the same result, for ever. It throws MappingFault, and nothing
 * else, for a record that it cannot read; its cost is bounded by the size of the mapping and of the record.
 */
export function compileMapping(spec: MappingSpec): CompiledMapping {
  const skip = spec.skipWhen === undefined ? undefined : compileExpression(spec.skipWhen);
  const version = spec.version && reader(spec.version, 'version');
  const identities = spec.identities.map((i) => ({ ...i, read: reader(i.from, i.type, 'drop') }));
  const client = spec.client && compileClient(spec.client);
  const clientKey = spec.clientKey && reader(spec.clientKey, 'clientKey');
  const account = spec.account && compileAccount(spec.account);
  const consents = spec.consents?.map((c) => ({ ...c, read: reader(c.state, `consent.${c.channel}`) })) ?? [];
  const assets = spec.assets && compileAssets(spec.assets);
  const fact = spec.fact && compileFact(spec.fact);
  const isEvent = spec.fact !== undefined || spec.clientKey !== undefined;
  const shape = isEvent ? 'event' : spec.identities.length > 1 ? 'row' : 'plain_row';
  const happened = spec.fact?.at && reader({ ...spec.fact.at, as: 'instant' }, 'fact.at');
  const factAt = happened && ((data: unknown) => instantOf(happened(data)));

  return (data, occurredAt) => {
    if (skip && truth(guarded(() => skip(data), 'skipWhen'))) return { result: 'skipped' };
    const keys = identities.flatMap((i): IdentityKey[] => {
      const key = i.read(data);
      return key === undefined || isPlaceholder(key) ? [] : [{ type: i.type, key: i.prefix + key }];
    });
    if (keys.length === 0)
      throw new MappingFault(identities.map((i) => i.type).join(' or '), undefined, 'a key that says who it is about');
    const at = version ? instantOf(version(data)) : (occurredAt ?? factAt?.(data));
    if (!at) throw new MappingFault('version', undefined, 'a time, from the record or from the rule "version"');
    const made = fact?.(data, at);
    const stated = client?.(data);
    if (fact && !made && !stated && !account && !assets && consents.length === 0) return { result: 'skipped' };
    return {
      result: 'mapped',
      mapped: {
        identities: keys,
        shape,
        version: at,
        consents: consents.flatMap((c) => {
          const state = c.read(data);
          if (state === undefined) return [];
          if (state !== 'granted' && state !== 'denied')
            throw new MappingFault(`consent.${c.channel}`, state, 'granted or denied');
          return [{ channel: c.channel, purpose: c.purpose, state }];
        }),
        ...(stated ? { client: { ...stated, key: clientKey?.(data) } } : {}),
        ...(account ? { account: account(data) } : {}),
        ...(assets ? { assets: assets(data) } : {}),
        ...(made ? { fact: made } : {}),
      },
    };
  };
}

/** Values that stand for "we have none" in real counters; as keys they would join strangers. */
function isPlaceholder(key: string): boolean {
  return PLACEHOLDER.test(key);
}
const PLACEHOLDER =
  /^(?:0+|([\p{L}\p{N}])\1{3,}|[^\p{L}\p{N}]+|null|none|n\/a|na|unknown|test|无|未知|不详|暂无|0*123456(?:789?0?)?)$/iu;

function reader(rule: Rule, field: string, onFault: 'quarantine' | 'drop' = 'quarantine'): Reader {
  const take = source(rule, field);
  const drop = (rule.onFault ?? onFault) === 'drop' && !rule.required;
  return (data) => {
    let value: string | undefined;
    try {
      value = coerce(take(data), rule, field);
    } catch (e) {
      if (!drop || !(e instanceof MappingFault)) throw e;
    }
    value ??= rule.default;
    if (value === undefined && rule.required) throw new MappingFault(field, undefined, 'a value');
    return value;
  };
}

function source(rule: Rule, field: string): (data: unknown) => unknown {
  if (rule.value !== undefined) return () => rule.value;
  if (rule.path !== undefined) {
    const steps = pathSteps(rule.path);
    return (data) => follow(data, steps);
  }
  const run = compileExpression(rule.expr!);
  return (data) => {
    const v = guarded(() => run(data), field);
    return v instanceof DecimalValue ? v.value : v;
  };
}

function pathSteps(path: string): string[] {
  return path.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
}

function follow(data: unknown, steps: readonly string[]): unknown {
  let at = data;
  for (const step of steps) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string, unknown>)[step];
  }
  return at;
}

function compileExpression(text: string): (data: unknown) => Value {
  const tree = parseExpression(text);
  return (data) => evaluate(tree, new RecordScope(data));
}

class RecordScope implements Scope {
  constructor(private readonly data: unknown) {}

  path(parts: readonly string[], at: number): Value {
    return asValue(follow(this.data, parts), at);
  }

  call(node: CallNode, run: (n: Node) => Value): Value {
    return TEXT_FUNCTIONS[node.name]!.run(node.args.map(run), node.at);
  }
}

function asValue(raw: unknown, at: number): Value {
  if (raw === undefined || raw === null) return null;
  if (typeof raw === 'string' || typeof raw === 'boolean') return raw;
  if (typeof raw === 'number') {
    const d = parseDecimal(String(raw));
    if (d !== undefined) return new DecimalValue(d);
  }
  if (Array.isArray(raw) && raw.length <= 1000) return raw.map((v) => asValue(v, at));
  throw new ExpressionError('a value that is neither text, number nor list', at);
}

function guarded<T>(run: () => T, field: string): T {
  try {
    return run();
  } catch (e) {
    if (e instanceof ExpressionError)
      throw new MappingFault(field, undefined, `another record or expression: ${e.message}`);
    throw e;
  }
}

function compileClient(rules: NonNullable<MappingSpec['client']>) {
  const { attributes = {}, ...fields } = rules as Record<string, unknown> & { attributes?: Record<string, Rule> };
  const readers = Object.entries(fields)
    .filter(([, r]) => r !== undefined)
    .map(([name, r]) => {
      const field = CLIENT_FIELDS[name as ClientFieldName];
      const codes = 'codes' in field ? (field.codes as readonly string[]) : undefined;
      const onFault = field.type === 'list' ? 'drop' : 'quarantine';
      const each = (Array.isArray(r) ? (r as Rule[]) : [r as Rule]).map((one) => reader(one, name, onFault));
      return { name, list: field.type === 'list', codes, each };
    });
  const attributeReaders = Object.entries(attributes).map(([name, r]) => ({
    name,
    read: reader(r, `attributes.${name}`, 'drop'),
  }));
  return (data: unknown) => {
    const out: Record<string, string | string[]> = {};
    for (const r of readers) {
      const values = r.each.map((read) => read(data)).filter((v) => v !== undefined);
      if (values[0] === undefined) continue;
      if (r.codes && !r.codes.includes(values[0]))
        throw new MappingFault(r.name, values[0], `one of ${r.codes.join(', ')}`);
      out[r.name] = r.list ? [...new Set(values)] : values[0];
    }
    const extra: Record<string, string> = {};
    for (const { name, read } of attributeReaders) {
      const v = read(data);
      if (v !== undefined) extra[name] = v;
    }
    return { fields: out as ClientFields, attributes: extra };
  };
}

function compileAccount(a: NonNullable<MappingSpec['account']>) {
  const no = reader({ ...a.no, required: true }, 'account.no');
  const optional = (r: Rule | undefined, name: string): Reader => (r ? reader(r, `account.${name}`) : () => undefined);
  const branch = optional(a.branch, 'branch');
  const status = optional(a.status, 'status');
  const currency = optional(a.currency, 'currency');
  const opened = optional(a.opened, 'opened');
  const closed = optional(a.closed, 'closed');
  const commissionRate = optional(a.commissionRate, 'commissionRate');
  return (data: unknown) => ({
    kind: a.kind,
    no: no(data)!,
    branch: branch(data),
    status: status(data),
    currency: currency(data),
    opened: opened(data),
    closed: closed(data),
    commissionRate: commissionRate(data),
  });
}

function compileAssets(a: NonNullable<MappingSpec['assets']>) {
  const day = reader({ ...a.day, required: true, as: 'day' }, 'assets.day');
  const parts = ASSET_PARTS.flatMap((p) =>
    a[p] ? [[p, reader({ ...a[p], as: 'decimal' }, `assets.${p}`)] as const] : [],
  );
  return (data: unknown) => {
    const out: { day: string } & { [P in AssetPart]?: string } = { day: day(data)! };
    for (const [p, read] of parts) {
      const v = read(data);
      if (v !== undefined) out[p] = v;
    }
    return out;
  };
}

function compileFact(f: NonNullable<MappingSpec['fact']>) {
  const kind = reader(f.kind, 'fact.kind');
  const at = f.at && reader({ ...f.at, as: 'instant' }, 'fact.at');
  const amount = f.amount && reader({ ...f.amount, as: 'decimal' }, 'fact.amount');
  const also = f.also && reader({ ...f.also, as: 'decimal' }, 'fact.also');
  const data = Object.entries(f.data).map(([name, r]) => [name, reader(r, `fact.${name}`, 'drop')] as const);
  return (record: unknown, recordAt: Date) => {
    const k = kind(record);
    if (k === undefined || k === 'none') return undefined;
    if (!isFactKind(k)) throw new MappingFault('fact.kind', k, `one of ${Object.keys(FACT_KINDS).join(', ')}`);
    const out: Record<string, string> = {};
    for (const [name, read] of data) {
      const v = read(record);
      if (v !== undefined) out[name] = v;
    }
    return {
      kind: k,
      at: (at && instantOf(at(record))) ?? recordAt,
      amount: amount?.(record),
      also: also?.(record),
      data: out,
    };
  };
}

function instantOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : parseInstant(text);
}
