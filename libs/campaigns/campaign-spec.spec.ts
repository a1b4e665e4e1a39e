import { describe, expect, it } from '@jest/globals';
import { campaignSpec } from './campaign-spec.js';
import { EXAMPLE_CLIENT, parseContents, renderContents } from './contents.js';

const good = {
  audience: { segment: 's' },
  steps: [
    { key: 'call', title: 'Call', action: 'call.task', system: 'cc', params: { script: 'Hello {{client.name}}' } },
    {
      key: 'mail',
      title: 'Mail',
      action: 'email.send',
      system: 'mail',
      params: {},
      follows: { step: 'call', when: 'not_reached' },
    },
  ],
  goal: { fact: 'custody.out', is: 'avoided' },
};

describe('campaignSpec', () => {
  it('fills in sensible defaults', () => {
    expect(campaignSpec.parse(good)).toMatchObject({
      audience: { mode: 'snapshot' },
      control: 10,
      drift: 5,
      guards: { consent: 'not_denied', purpose: 'marketing' },
      steps: [{ wait: 3 * 86_400_000, expires: 7 * 86_400_000 }, {}],
      goal: { within: 30 * 86_400_000 },
    });
  });

  it.each<[string, object]>([
    [
      'two steps have the key "call"',
      { steps: [good.steps[0], { ...good.steps[0], follows: { step: 'call', when: 'always' } }] },
    ],
    ['the first step follows nothing', { steps: [{ ...good.steps[0], follows: { step: 'x', when: 'always' } }] }],
    [
      'there is no earlier step "later"',
      { steps: [good.steps[0], { ...good.steps[1], follows: { step: 'later', when: 'always' } }] },
    ],
    ['say which step it follows', { steps: [good.steps[0], { ...good.steps[1], follows: undefined }] }],
    ['a length of time is written', { steps: [{ ...good.steps[0], wait: 'soon' }] }],
    ['Too big', { control: 60 }],
  ])('refuses: %s', (reason, change) => {
    const issues = campaignSpec.safeParse({ ...good, ...change }).error?.issues ?? [];
    expect(issues.map((i) => i.message).join()).toContain(reason);
  });
});

describe('contents', () => {
  it('are filled in', () => {
    expect(renderContents(parseContents({ script: '您好，{{client.name}}' }), EXAMPLE_CLIENT)).toEqual({
      script: '您好，陈晓',
    });
  });

  it('name an unknown variable instead of leaving a gap', () => {
    expect(() => renderContents(parseContents({ subject: 'Dear {{client.nickname}}' }), EXAMPLE_CLIENT)).toThrow(
      /undefined variable: client.nickname/,
    );
    expect(() => parseContents({ subject: '{% if %}' })).toThrow(/^subject: /);
  });

  it('cannot run for long or reach the program', () => {
    const endless = parseContents({ x: '{% for i in (1..100000000) %}{{ i }}{% endfor %}' });
    expect(() => renderContents(endless, EXAMPLE_CLIENT)).toThrow(/limit/i);
    expect(() => renderContents(parseContents({ x: '{{ client.constructor.name }}' }), EXAMPLE_CLIENT)).toThrow(
      /undefined/,
    );
  });
});
