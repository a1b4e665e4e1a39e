import { describe, expect, it } from '@jest/globals';
import { inferKinds, profilesOf } from './identity-kinds.js';
import type { Table } from './identity-records.js';

const table = (columns: string[], ...rows: string[][]): Table => ({ file: 'x.csv', columns, rows });
const kinds = (t: Table, truth = '') => Object.fromEntries(inferKinds([t], truth));

describe('kinds of columns', () => {
  it('are told by names and values, in English and Chinese', () => {
    const t = table(
      ['rec_id', 'firstName', 'SURNAME', 'dob', 'mobile', 'soc_sec_id', 'suburb', '客户姓名', '证件号码', '出生日期'],
      [
        '1',
        'ann',
        'lee',
        '1980-01-02',
        '0412345678',
        '1804974',
        'marsden',
        '王小明',
        '11010519491231002X',
        '1949-12-31',
      ],
    );
    expect(kinds(t)).toEqual({
      rec_id: undefined,
      firstName: 'givenName',
      SURNAME: 'surname',
      dob: 'birthDate',
      mobile: 'phone',
      soc_sec_id: 'idNumber',
      suburb: 'place',
      客户姓名: 'fullName',
      证件号码: 'idNumber',
      出生日期: 'birthDate',
    });
  });

  it('put a date together that stands in three columns', () => {
    const t = table(
      ['fname_c1', 'lname_c1', 'by', 'bm', 'bd', 'ent_id'],
      ['CARSTEN', 'MEIER', '1949', '7', '22', '34'],
      ['GERD', 'BAUER', '1968', 'NA', '27', '51'],
    );
    expect(kinds(t, 'ent_id')).toMatchObject({ by: 'birthYear', bm: 'birthMonth', bd: 'birthDay' });
    expect(profilesOf(t, inferKinds([t], 'ent_id')).map((p) => p.values.at(-1))).toEqual([
      { kind: 'birthDate', text: '1949-7-22' },
      { kind: 'birthDate', text: '1968' },
    ]);
    // Short names are no parts of a date where their values are none.
    expect(kinds(table(['by', 'bd'], ['ann', 'north'], ['bob', 'south']))).toEqual({ by: 'other', bd: 'other' });
    // A whole date needs no parts.
    expect(kinds(table(['dob', 'birth_year'], ['1949-07-22', '1949']))['birth_year']).not.toBe('birthYear');
  });

  it('take a second name for the party’s only if it is about the party', () => {
    const t = table(
      ['Program Name', 'Name', 'full_name'],
      ['Head Start', 'ann lee', 'lee, ann'],
      ['Child Care', 'bob may', 'may, bob'],
    );
    expect(kinds(t)).toEqual({ 'Program Name': 'other', Name: 'fullName', full_name: 'fullName' });
  });

  it('read a middle name as part of the given name, and leave numbers of records out', () => {
    const t = table(
      ['voter_reg_num', 'first_name', 'midl_name', 'last_name', '客户编号'],
      ['0001', 'ann', 'mary', 'lee', 'C1'],
      ['0002', 'bob', '', 'may', 'C2'],
    );
    expect(kinds(t)).toEqual({
      voter_reg_num: undefined,
      first_name: 'givenName',
      midl_name: 'givenName',
      last_name: 'surname',
      客户编号: undefined,
    });
    expect(profilesOf(t, inferKinds([t], '')).map((p) => p.values.at(-1))).toEqual([
      { kind: 'givenName', text: 'ann mary' },
      { kind: 'givenName', text: 'bob' },
    ]);
  });
});
