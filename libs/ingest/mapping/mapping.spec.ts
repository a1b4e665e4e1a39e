import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chineseIdDocument } from './id-document.js';
import { MappingFault } from './coerce.js';
import { compileMapping, type Mapped } from './compile.js';
import { type MappingSource, mappingSpec } from './mapping-spec.js';
import { readJson } from './read-json.js';

const at = new Date('2026-11-23T01:30:00Z');

function map(source: MappingSource, data: unknown): Mapped {
  const result = compileMapping(mappingSpec.parse(source))(data, at);
  if (result.result === 'skipped') throw new Error('skipped');
  return result.mapped;
}

/** What one rule makes of one value. */
function value(rule: object, raw: unknown): unknown {
  const source = {
    identities: [{ type: 'customer_no', from: 'no' }],
    client: { attributes: { v: { path: 'v', onFault: 'quarantine', ...rule } } },
  };
  return map(source as MappingSource, { no: '10001', v: raw }).client!.attributes['v'];
}

describe('rules', () => {
  it.each<[object, unknown, string | undefined]>([
    [{}, '  x ', 'x'],
    [{}, '', undefined],
    [{}, null, undefined],
    [{ default: 'd' }, ' ', 'd'],
    [{ as: 'decimal' }, '1,234.50', '1234.5'],
    [{ as: 'decimal', scale: 4 }, '12.5', '125000'],
    [{ as: 'decimal' }, 0.1, '0.1'],
    [{ as: 'integer' }, '007', '7'],
    [{ as: 'day' }, '20260105', '2026-01-05'],
    [{ as: 'day' }, '2026-01-04T20:00:00Z', '2026-01-05'],
    [{ as: 'instant' }, '2026-01-05 09:30:00', '2026-01-05T01:30:00.000Z'],
    [{ as: 'instant', zone: 'UTC' }, '2026-01-05 09:30:00', '2026-01-05T09:30:00.000Z'],
    [{ as: 'instant' }, 1_767_576_600, '2026-01-05T01:30:00.000Z'],
    [{ as: 'phone' }, '１３８ 1234-5678', '+8613812345678'],
    [{ as: 'phone' }, '0086 13812345678', '+8613812345678'],
    [{ as: 'phone' }, '021-62345678', '+862162345678'],
    [{ as: 'phone' }, '+852 2123 4567', '+85221234567'],
    [{ as: 'email' }, ' Li.Lei@Example.COM', 'li.lei@example.com'],
    [{ as: 'id_document' }, '11010519491231002x', '11010519491231002X'],
    [{ as: 'id_document' }, '110105491231002', '11010519491231002X'],
    [{ as: 'boolean' }, '是', 'true'],
    [{ codes: { '0': 'active', '*': 'other' } }, 0, 'active'],
    [{ codes: { '0': 'active', '*': 'other' } }, '9', 'other'],
  ])('%j makes of %j %j', (rule, raw, expected) => {
    expect(value(rule, raw)).toBe(expected);
  });

  it.each<[object, unknown, string]>([
    [{ as: 'decimal' }, '12.5元', 'attributes.v: found "12.5元", needed a decimal number'],
    [{ as: 'decimal' }, '1e5', 'needed a decimal number'],
    [{ as: 'decimal' }, '123456789012345678901', 'at most 20 digits'],
    [{ as: 'day' }, '2026-02-30', 'needed a day such as'],
    [{ as: 'phone' }, '12', 'needed a phone number'],
    [{ as: 'email' }, 'a@b', 'needed an e-mail address'],
    [{ as: 'id_document' }, '110105194912310021', 'needed a resident identity number'],
    [{ codes: { '0': 'active' } }, '7', 'found "7", needed one of the codes 0'],
    [{ required: true }, '', 'found nothing, needed a value'],
    [{}, { deep: 1 }, 'needed a single value'],
    [{}, 'a\0b', 'text without NUL'],
    [{}, 'a\ud800', 'half a character'],
    [{}, 'x'.repeat(20_001), 'at most 20000 characters'],
  ])('%j refuses %j', (rule, raw, reason) => {
    expect(() => value(rule, raw)).toThrow(reason);
  });

  it('shows no identity number in a fault', () => {
    expect(() => value({ as: 'id_document' }, '110105194912310021')).not.toThrow(/1101051949/);
  });

  it('never fail in any other way than by MappingFault', () => {
    const types = fc.constantFrom(
      'text',
      'decimal',
      'integer',
      'day',
      'instant',
      'phone',
      'email',
      'id_document',
      'boolean',
    );
    fc.assert(
      fc.property(types, fc.anything({ withBigInt: false }), (as, raw) => {
        try {
          value({ as }, raw);
        } catch (e) {
          expect(e).toBeInstanceOf(MappingFault);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('compileMapping', () => {
  const trade: MappingSource = {
    skipWhen: 'cancelled == "1"',
    identities: [
      { type: 'fund_account', from: 'fund' },
      { type: 'customer_no', from: 'no', prefix: 'B-' },
    ],
    fact: {
      kind: { path: 'side', codes: { B: 'trade', S: 'trade', I: 'cash.in' } },
      at: { path: 'time', as: 'instant' },
      amount: { expr: 'decimal(price) * decimal(quantity)' },
      data: { stock: 'stock' },
    },
  };

  it('makes facts of records', () => {
    const m = map(trade, {
      fund: '880012',
      no: '7',
      side: 'B',
      time: '20261123093000',
      price: '1680.55',
      quantity: '300',
      stock: '600519',
    });
    expect(m.identities).toEqual([
      { type: 'fund_account', key: '880012' },
      { type: 'customer_no', key: 'B-7' },
    ]);
    expect(m.fact).toEqual({
      kind: 'trade',
      at: new Date('2026-11-23T01:30:00Z'),
      amount: '504165',
      also: undefined,
      data: { stock: '600519' },
    });
  });

  it('skips what the mapping does not want', () => {
    expect(compileMapping(mappingSpec.parse(trade))({ cancelled: '1' }, at)).toEqual({ result: 'skipped' });
  });

  it.each(['000000', '无', 'NULL', '11111111', '123456', 'n/a'])('takes %j for no key', (no) => {
    expect(() => map({ identities: [{ type: 'customer_no', from: 'no' }], client: {} }, { no })).toThrow(
      'customer_no: found nothing, needed a key that says who it is about',
    );
  });

  it('follows paths into lists, and not into prototypes', () => {
    const source: MappingSource = {
      identities: [{ type: 'user_id', from: 'ids[1].v' }],
      client: { name: '__proto__.x', tier: 'constructor.name' },
    };
    const m = map(source, { ids: [{ v: 'u0' }, { v: 'u1' }] });
    expect(m.identities[0]!.key).toBe('u1');
    expect(m.client!.fields).toEqual({});
  });

  it('takes the first of several rules that gives a value', () => {
    const source: MappingSource = {
      identities: [{ type: 'user_id', from: 'u' }],
      client: {
        idDocument: [
          { expr: 'kind == "0" ? no : null', as: 'id_document', onFault: 'drop' },
          { expr: 'kind == "1" ? upper(no) : null' },
        ],
      },
    };
    const document = (kind: string, no: string) => map(source, { u: 'x1', kind, no }).client!.fields.idDocument;
    expect(document('0', '110105491231002')).toBe('11010519491231002X');
    expect(document('0', 'none')).toBeUndefined();
    expect(document('1', 'e12345678')).toBe('E12345678');
  });

  it('refuses a code that the client field does not know', () => {
    const source: MappingSource = { identities: [{ type: 'user_id', from: 'u' }], client: { status: 's' } };
    expect(() => map(source, { u: 'x1', s: 'gone' })).toThrow(
      'status: found "gone", needed one of active, dormant, leaving, closed, prospect',
    );
  });

  it.each<[object, string]>([
    [{ identities: [] }, 'identities'],
    [{ identities: [{ type: 'shoe_size', from: 'x' }] }, 'identities'],
    [{ identities: [{ type: 'user_id', from: { path: 'a', value: 'b' } }] }, 'give one of path, expr and value'],
    [{ identities: [{ type: 'user_id', from: { expr: 'upper(' } }] }, 'ends too early'],
    [{ identities: [{ type: 'user_id', from: { expr: 'nope(a)' } }] }, 'there is no function'],
    [{ identities: [{ type: 'user_id', from: 'u' }], client: { shoe: 'x' } }, 'shoe'],
    [{ identities: [{ type: 'user_id', from: 'u' }], fact: { kind: 'sneeze' } }, 'fact'],
  ])('a spec is refused with its fault: %j', (spec, reason) => {
    expect(mappingSpec.safeParse(spec).error?.message).toContain(reason);
  });
});

describe('readJson', () => {
  it('loses no digit', () => {
    expect(readJson('{"a":12345678901234567.89,"b":1.10,"c":[1e3,2.5E-3],"d":42}')).toEqual({
      a: '12345678901234567.89',
      b: '1.10',
      c: ['1000', '0.0025'],
      d: 42,
    });
    expect(readJson('{"b":1.5,"d":42}')).toEqual({ b: 1.5, d: 42 });
  });

  it('reads every JSON text as JSON.parse does, up to the spelling of numbers', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const plain = (v: unknown): unknown => (typeof v === 'number' ? String(v) : v);
        const asText = (t: unknown) => JSON.stringify(t, (_k, v: unknown) => plain(v));
        const numeric = (v: unknown): string =>
          asText(v).replaceAll(/"(-?\d[\d.eE+-]*)"/g, (_a, n: string) => String(Number(n)));
        expect(numeric(readJson(text))).toBe(numeric(JSON.parse(text)));
      }),
    );
  });
});

describe('chineseIdDocument', () => {
  it('knows the check digit', () => {
    expect(chineseIdDocument('11010519491231002X')).toBe('11010519491231002X');
    expect(chineseIdDocument('110105194912310020')).toBeUndefined();
    expect(chineseIdDocument('110105194913310023')).toBeUndefined();
    expect(chineseIdDocument('000000000000000000')).toBeUndefined();
  });
});
