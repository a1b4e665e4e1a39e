import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { print } from './output.js';

const VALUE = {
  asOf: '2026-11-25',
  plan: { audience: 62, control: 10 },
  title: { en: 'gender', zh: '性别' },
  parts: [
    { comparison: 'phone', bits: 12.5, states: { held: 10, proved: 52 } },
    { comparison: 'guard', bits: -1, note: 'why' },
  ],
};

let written = '';
const language = process.env['LC_ALL'];

beforeEach(() => {
  written = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((written += String(text)), true));
});
afterEach(() => {
  jest.restoreAllMocks();
  if (language === undefined) delete process.env['LC_ALL'];
  else process.env['LC_ALL'] = language;
});

it('shows what a field holds below it, for a person', () => {
  process.env['LC_ALL'] = 'zh_CN.UTF-8';
  print(VALUE, 'table');
  expect(written).toBe(
    [
      'asOf   2026-11-25',
      'plan   audience 62, control 10',
      'title  性别',
      'parts',
      '  COMPARISON  BITS  STATES              NOTE',
      '  phone       12.5  held 10, proved 52',
      '  guard       -1                        why',
      '',
    ].join('\n'),
  );
});

it('keeps everything, for a program', () => {
  print(VALUE, 'json');
  expect(JSON.parse(written)).toEqual(VALUE);
  written = '';
  print([VALUE], 'csv');
  expect(written).toContain('"{""audience"":62,""control"":10}"');
});
