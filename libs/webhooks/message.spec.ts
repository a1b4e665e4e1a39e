import { describe, expect, it } from '@jest/globals';
import { EVENT_TYPES, eventMessage, type EventType, eventTypeSpec, sampleMessage } from '#canonical';
import { renderMessage, testData } from './message.js';

const types = Object.keys(EVENT_TYPES) as EventType[];
const event = (type: EventType, data: unknown) => ({
  eventId: '01890000-0000-7000-8000-000000000001',
  type,
  at: new Date('2026-11-25T01:30:00Z'),
  subject: 'client/"x"',
  clientId: eventTypeSpec(type).client ? '01890000-0000-7000-8000-000000000002' : null,
  data: JSON.stringify(data),
});

describe.each(types)('%s', (type) => {
  it('has a sample that its schema takes, thin and full', () => {
    expect(eventMessage(type).strict().parse(sampleMessage(type))).toBeTruthy();
    expect(() => eventTypeSpec(type).data.strict().parse(EVENT_TYPES[type].sample)).not.toThrow();
  });

  it('is rendered as its schema says', () => {
    const thin = JSON.parse(renderMessage(event(type, EVENT_TYPES[type].sample))) as Record<string, unknown>;
    const expected = type === 'endpoint.test' ? { test: true } : {};
    expect(eventMessage(type).strict().parse(thin)).toMatchObject(expected);
    const profile = { name: '陈*', tier: 'gold', phones: ['+86138****5678'] };
    const full = JSON.parse(renderMessage(event(type, EVENT_TYPES[type].sample), profile)) as {
      data: Record<string, unknown>;
    };
    if (eventTypeSpec(type).client) {
      expect(full.data['profile']).toEqual(profile);
      expect(() => eventMessage(type).strict().parse(full)).not.toThrow();
    }
  });

  it('can be sent as a test that says so', () => {
    const sent = JSON.parse(renderMessage(event('endpoint.test', testData(type)))) as Record<string, unknown>;
    expect(sent).toMatchObject({ type, test: true });
    expect(() => eventMessage(type).strict().parse(sent)).not.toThrow();
  });
});
