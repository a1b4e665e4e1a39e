import { describe, expect, it } from '@jest/globals';
import { addDays, dayOf, daysBetween, isDay, parseInstant } from './time.js';
import { isAnnounced, isTradingDay, tradingDaysBefore } from './trading-calendar.js';

describe('parseInstant', () => {
  it.each([
    ['2026-01-05T09:30:00+08:00', '2026-01-05T01:30:00.000Z'],
    ['2026-01-05 09:30:00.123', '2026-01-05T01:30:00.123Z'],
    ['20260105093000', '2026-01-05T01:30:00.000Z'],
    ['20260105', '2026-01-04T16:00:00.000Z'],
    ['2026-01-05T01:30:00.123456Z', '2026-01-05T01:30:00.123Z'],
    ['2026-01-05T09:30:00+0800', '2026-01-05T01:30:00.000Z'],
    ['2026-01-05T00:00:00-05:30', '2026-01-05T05:30:00.000Z'],
  ])('reads %s', (text, utc) => {
    expect(parseInstant(text)?.toISOString()).toBe(utc);
  });

  it.each([
    '',
    'tomorrow',
    '2026-13-01',
    '2026-02-30',
    '2026-01-05T25:00:00',
    '1899-12-31',
    '2201-01-01',
    '2026-01-05T09:61:00',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('reads a local time of a zone with summer time, whichever side of the change it is', () => {
    expect(parseInstant('2026-07-01 12:00:00', 'Europe/London')?.toISOString()).toBe('2026-07-01T11:00:00.000Z');
    expect(parseInstant('2026-01-01 12:00:00', 'Europe/London')?.toISOString()).toBe('2026-01-01T12:00:00.000Z');
    // 01:30 happens twice on 25 October 2026, and not at all on 29 March.
    expect(parseInstant('2026-10-25 01:30:00', 'Europe/London')?.toISOString()).toBe('2026-10-25T00:30:00.000Z');
    expect(parseInstant('2026-03-29 01:30:00', 'Europe/London')?.toISOString()).toBe('2026-03-29T01:30:00.000Z');
  });
});

describe('days', () => {
  it('turn at midnight of the firm, not of UTC', () => {
    expect(dayOf(new Date('2026-01-04T15:59:59Z'))).toBe('2026-01-04');
    expect(dayOf(new Date('2026-01-04T16:00:00Z'))).toBe('2026-01-05');
  });

  it('add and subtract over month and leap-year ends', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
    expect(daysBetween('2026-01-01', '2026-03-01')).toBe(59);
  });

  it('exist or do not', () => {
    expect([isDay('2028-02-29'), isDay('2026-02-29'), isDay('2026-1-5'), isDay('1899-12-31')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('trading days', () => {
  it('leave out weekends, holidays, and weekends that are worked to make up for holidays', () => {
    expect(isTradingDay('2026-02-13')).toBe(true);
    expect(isTradingDay('2026-02-14')).toBe(false); // a Saturday that offices work
    expect(isTradingDay('2026-02-17')).toBe(false); // Spring Festival
    expect(isTradingDay('2026-10-08')).toBe(true);
  });

  it('count back over a holiday', () => {
    expect(tradingDaysBefore('2026-02-24', 1)).toBe('2026-02-13');
    expect(tradingDaysBefore('2026-02-15', 0)).toBe('2026-02-13');
  });

  it('say when a year is not announced yet', () => {
    expect([isAnnounced('2026-06-01'), isAnnounced('2040-06-01')]).toEqual([true, false]);
  });
});
