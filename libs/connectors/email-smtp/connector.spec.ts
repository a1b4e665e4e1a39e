import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import connector from './connector.js';
import { eventMessages, messageIdOf, subscriberMessages } from './mail-messages.js';

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as Record<string, unknown>;
const command = '018f2a3e-0000-7000-8000-000000000042';
const bounced = fixture('event-bounced');
const kinds = (item: unknown) => eventMessages(item).map((m) => (m.type === 'outcome' ? m.kind : m.type));

describe('settings', () => {
  const given = {
    host: 'mail.firm.example',
    port: 587,
    user: 'isthmus',
    password: 'p',
    from: 'service@firm.example',
    apiUrl: 'https://mail.firm.example',
    apiToken: 't',
    webhookSecret: 'a-webhook-secret',
  };

  it('have defaults for what is the same everywhere', () => {
    expect(connector.settings.parse(given)).toEqual({
      ...given,
      secure: false,
      replayWindowSeconds: 300,
      pollMs: 30_000,
    });
  });

  it.each([
    ['port', 0],
    ['from', 'nobody'],
    ['apiUrl', 'mail.firm.example'],
    ['webhookSecret', 'short'],
  ])('do not take %s as %j', (name, value) => {
    expect(connector.settings.safeParse({ ...given, [name]: value }).success).toBe(false);
  });
});

describe('an event', () => {
  it('of a mail of the hub is a record and an outcome with the reason', () => {
    expect(eventMessages(bounced)).toEqual([
      {
        type: 'record',
        stream: 'events',
        key: bounced['eventId'],
        op: 'event',
        dedupeId: bounced['eventId'],
        occurredAt: '2026-11-20T01:03:20.000Z',
        data: JSON.stringify(bounced),
      },
      {
        type: 'outcome',
        commandId: command,
        kind: 'bounced',
        occurredAt: '2026-11-20T01:03:20.000Z',
        dedupeId: bounced['eventId'],
        detail: '550 5.1.1 User unknown in virtual mailbox table',
      },
    ]);
  });

  it.each([
    ['with its angle brackets', messageIdOf(command), true],
    ['without them', `${command}@isthmus`, true],
    ['of a newsletter', '<newsletter-3.S1@mail.firm.example>', false],
    ['that only looks like ours', `<${command}@isthmus.example.com>`, false],
    ['with something before ours', `<x${command}@isthmus>`, false],
    ['that is missing', undefined, false],
    ['that is no text', 7, false],
  ])('of a message id %s', (_what, messageId, ours) => {
    expect(kinds({ ...bounced, messageId })).toEqual(ours ? ['record', 'bounced'] : ['record']);
  });

  it.each([
    ['sent', ['record']],
    ['delivered', ['record', 'delivered']],
    ['answered', ['record']],
    ['constructor', ['record']],
  ])('of the type %s', (type, wanted) => {
    expect(kinds({ ...bounced, type })).toEqual(wanted);
  });

  it('without a time keeps its record, and its outcome is put aside', () => {
    expect(kinds({ ...bounced, occurredAt: 'gestern' })).toEqual(['record', 'quarantine']);
  });

  it.each([7, null, {}, { eventId: '' }])('that names nothing is put aside: %j', (item) => {
    expect(kinds(item)).toEqual(['quarantine']);
  });
});

describe('a subscriber', () => {
  const subscriber = fixture('subscriber');
  const idOf = (s: object) => subscriberMessages(s)[0]!.dedupeId;

  it('is another version when the consent changes', () => {
    expect(subscriberMessages(subscriber)).toMatchObject([{ stream: 'subscribers', key: 'S0042', op: 'upsert' }]);
    expect(idOf({ ...subscriber })).toBe(idOf(subscriber));
    expect(idOf({ ...subscriber, consent: 'yes' })).not.toBe(idOf(subscriber));
  });
});
