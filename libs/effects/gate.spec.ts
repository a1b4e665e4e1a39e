import { describe, expect, it } from '@jest/globals';
import { actionKey } from './action-key.js';
import { afterQuietHours, gate, type GateFacts, type Guards } from './gate.js';

const open: GateFacts = { clientId: 'c', merged: false, status: 'active', consent: null, recent: 0, contact: '+86138' };
const guards: Guards = { consent: 'not_denied', purpose: 'marketing', frequency: { most: 2, days: 30 } };

describe('gate', () => {
  it.each<[string | undefined, Partial<GateFacts>, Partial<Guards>]>([
    [undefined, {}, {}],
    ['merged', { merged: true }, {}],
    ['regulatory_hold', { status: 'leaving' }, {}],
    ['regulatory_hold', { status: 'closed' }, {}],
    [undefined, { status: 'leaving' }, { purpose: 'service' }],
    ['consent_denied', { consent: 'denied' }, {}],
    ['consent_missing', {}, { consent: 'granted' }],
    [undefined, { consent: 'granted' }, { consent: 'granted' }],
    [undefined, { consent: 'denied' }, { consent: 'ignore', purpose: 'service' }],
    ['frequency_cap', { recent: 2 }, {}],
    [undefined, { recent: 1 }, {}],
    ['no_contact', { contact: null }, {}],
    ['regulatory_hold', { status: 'leaving', consent: 'denied', contact: null }, {}],
  ])('says %s', (verdict, facts, more) => {
    expect(gate({ ...open, ...facts }, { ...guards, ...more })).toBe(verdict);
  });
});

describe('afterQuietHours', () => {
  const night: Guards = { ...guards, quietHours: { from: '21:00', to: '09:00' } };
  it.each([
    [20 * 60 + 59, 0],
    [21 * 60, 12 * 60],
    [2 * 60, 7 * 60],
    [9 * 60, 0],
  ])('at minute %i waits %i minutes', (minute, wait) => {
    expect(afterQuietHours(night, minute)).toBe(wait);
  });
});

describe('actionKey', () => {
  const a = { campaignId: 'c', version: 1, clientId: 'k', step: 's', channel: 'call' };
  it('differs in every part, and only then', () => {
    const others = [
      { ...a, campaignId: 'd' },
      { ...a, version: 2 },
      { ...a, clientId: 'l' },
      { ...a, step: 't' },
      { ...a, channel: 'email' },
    ];
    expect(actionKey(a)).toEqual(actionKey({ ...a }));
    expect(new Set([a, ...others].map((x) => actionKey(x).toString('hex'))).size).toBe(6);
  });
});
