import { useMemo } from 'react';
import { type Language, useLanguage } from '../preferences/language.js';

/** Numbers and times as the reader's language writes them. */
export interface Formats {
  count(n: number): string;
  /** Per second: one decimal below ten, none above. */
  rate(perSecond: number): string;
  /** A share from 0 to 1, with one decimal. */
  percent(share: number): string;
  /** A share near one, with up to three decimals. */
  fine(share: number): string;
  /** How sure something is, from 0 to 1; never said to be more sure than 99.9 %. */
  certainty(share: number): string;
  /** A difference of shares, in points, with its sign. */
  points(difference: number): string;
  /** The same without a sign. */
  pointsPlain(difference: number): string;
  /** How long ago, from seconds. */
  ago(seconds: number): string;
  /** A length of time, in its largest whole unit. */
  span(seconds: number): string;
  /** 14:03:27 of an instant. */
  clock(iso: string): string;
  /** Day and minute of an instant. */
  moment(iso: string): string;
  /** Day and second of an instant. */
  exact(iso: string): string;
  /** The day of an instant, where the reader is, with its weekday. */
  date(iso: string): string;
  /** A day without a place, as 2026-01-05. */
  day(day: string): string;
  /** An exact decimal of any length, with two digits after the point where it has any. */
  decimal(value: string): string;
  /** A weight of evidence, with its sign. */
  bits(weight: number): string;
  /** A relative change, as a share with its sign. */
  change(share: number): string;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

export function formatsOf(language: Language): Formats {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const tenth = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(language, {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const fine = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 3 });
  const signed = new Intl.NumberFormat(language, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'narrow' });
  const clock = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const moment = new Intl.DateTimeFormat(language, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const exact = new Intl.DateTimeFormat(language, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const date = new Intl.DateTimeFormat(language, { year: 'numeric', month: 'long', day: 'numeric', weekday: 'short' });
  const day = new Intl.DateTimeFormat(language, { year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' });
  const cents = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const change = new Intl.NumberFormat(language, {
    style: 'percent',
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  });
  const units = Object.fromEntries(
    UNITS.map(([unit]) => [unit, new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' })]),
  );
  const inUnit = (seconds: number) => {
    const [unit, size] = UNITS.find(([, s]) => seconds >= s) ?? UNITS[3];
    return { unit, n: Math.round(seconds / size) };
  };
  return {
    count: (n) => whole.format(n),
    rate: (r) => (r < 10 ? tenth : whole).format(r),
    percent: (s) => percent.format(s),
    fine: (s) => fine.format(s),
    certainty: (s) => (s > 0.999 ? `> ${percent.format(0.999)}` : percent.format(s)),
    points: (d) => signed.format(d * 100),
    pointsPlain: (d) => tenth.format(Math.abs(d) * 100),
    ago: (seconds) => {
      const { unit, n } = inUnit(Math.max(0, seconds));
      return relative.format(-n, unit);
    },
    span: (seconds) => {
      const { unit, n } = inUnit(Math.max(1, seconds));
      return units[unit]!.format(n);
    },
    clock: (iso) => clock.format(new Date(iso)),
    moment: (iso) => moment.format(new Date(iso)),
    exact: (iso) => exact.format(new Date(iso)),
    date: (iso) => date.format(new Date(iso)),
    day: (d) => day.format(new Date(d)),
    // Formatted from the text itself: a number would round what a ledger does not.
    decimal: (v) => (v.includes('.') ? cents : whole).format(v as Intl.StringNumericLiteral),
    bits: (w) => signed.format(w),
    change: (s) => change.format(s),
  };
}

export function useFormats(): Formats {
  const { language } = useLanguage();
  return useMemo(() => formatsOf(language), [language]);
}
