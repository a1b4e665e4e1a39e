import { describe, expect, it } from '@jest/globals';
import { sampleMessage } from '#canonical';
import { compileTransform, TransformFault } from './transform.js';

const message = sampleMessage('segment.entered');

describe('a transformation', () => {
  it('makes a new body from the message', () => {
    const run = compileTransform({
      'msg.text': 'concat("客户 ", data.client, " 进入 ", upper(data.segment))',
      'msg.urgent': 'data.segment == "leaving-soon"',
      version: 'data.version',
      next: 'data.version + 1',
      exact: 'decimal("123456789012345678.5")',
      missing: 'data.nothing',
    });
    expect(run(message)).toEqual({
      msg: { text: `客户 ${message.data['client']} 进入 LEAVING-SOON`, urgent: true },
      version: 2,
      next: 3,
      exact: '123456789012345678.5',
    });
  });

  it.each([
    [{ a: 'data.' }, /a: /],
    [{ a: 'size(1' }, /a: /],
    [{ a: 'eval("x")' }, /no function "eval"/],
    [{ '__proto__.x': 'type' }, /path/],
    [{ 'a.constructor': 'type' }, /path/],
    [{ 'a..b': 'type' }, /path/],
    [{ a: 'type', 'a.b': 'type' }, /already has this place/],
    [{}, /at least one/],
  ])('refuses %j when it is written', (source, reason) => {
    const own = Object.fromEntries(Object.entries(source)) as Record<string, string>;
    expect(() => compileTransform(own)).toThrow(TransformFault);
    expect(() => compileTransform(own)).toThrow(reason);
  });

  it('says which rule cannot read a message', () => {
    const run = compileTransform({ ok: 'type', bad: 'data.segment + 1' });
    expect(() => run(message)).toThrow(/^bad: /);
  });

  it('reads only what the message holds itself', () => {
    expect(compileTransform({ a: 'data.toString', b: 'constructor.name', c: 'type' })(message)).toEqual({
      c: 'segment.entered',
    });
  });
});
