import { describe, expect, it } from '@jest/globals';
import { readOutcome } from './outcome.js';

const good = { commandId: 'c1', kind: 'answered', occurredAt: '2026-11-20T09:30:00+08:00' };

describe('an outcome out of the inbox', () => {
  it('is read with its time in UTC', () => {
    expect(readOutcome(good)).toEqual({ commandId: 'c1', kind: 'answered', occurredAt: '2026-11-20T01:30:00.000Z' });
    const { commandId: _, ...byReference } = { ...good, externalId: 'x1', detail: 'why' };
    expect(readOutcome(byReference)).toMatchObject({ externalId: 'x1', detail: 'why' });
  });

  it.each([
    [{ ...good, kind: 'voicemail' }, 'outcome.kind: found "voicemail", needed one of answered'],
    [{ ...good, kind: 'constructor' }, 'outcome.kind'],
    [{ ...good, kind: undefined }, 'outcome.kind: found nothing'],
    [{ ...good, occurredAt: 'yesterday' }, 'outcome.occurredAt: found "yesterday"'],
    [{ ...good, commandId: undefined }, 'outcome.commandId: found nothing'],
    [7, 'outcome.kind'],
    [null, 'outcome.kind'],
  ])('%j says what is wrong', (data, message) => {
    expect(() => readOutcome(data)).toThrow(message);
  });
});
