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

  it('are told by German, French and Spanish names, with accents or without', () => {
    const t = table(
      ['Vorname', 'Familienname', 'Geburtsdatum', 'Ort', 'Straße', 'prénom', 'nom', 'nom_complet', 'lieu_naissance'],
      ['Ann', 'Lee', '02.01.1980', 'Ulm', 'Weg 1', 'Ann', 'Lee', 'Ann Lee', 'Metz'],
      ['Bob', 'May', '31.12.1981', 'Bonn', 'Weg 2', 'Bob', 'May', 'Bob May', 'Lyon'],
    );
    expect(kinds(t)).toEqual({
      Vorname: 'givenName',
      Familienname: 'surname',
      Geburtsdatum: 'birthDate',
      Ort: 'place',
      Straße: 'street',
      prénom: 'givenName',
      nom: 'surname',
      nom_complet: 'fullName',
      lieu_naissance: 'place',
    });
    const spanish = table(
      ['nombre', 'apellidos', 'fecha de nacimiento', 'ciudad', 'CITY_NAME'],
      ['Ana', 'Ruiz', '1980-01-02', 'Jaca', 'Jaca'],
    );
    expect(Object.values(kinds(spanish))).toEqual(['givenName', 'surname', 'birthDate', 'place', 'place']);
  });

  it('leave out what all state alike, and columns that count rows', () => {
    const t = table(
      ['name', 'country', 'lfdNr', 'points'],
      ['ann', 'x', '1', '7'],
      ['bob', 'x', '2', '7'],
      ['eve', 'x', '3', '8'],
    );
    expect(kinds(t)).toEqual({ name: 'fullName', country: undefined, lfdNr: undefined, points: 'other' });
  });

  it('read a column of dates with the month first where it must be so', () => {
    const dates = (...born: string[]) => {
      const t = table(['name', 'born'], ...born.map((b) => ['ann', b]));
      return profilesOf(t, inferKinds([t], '')).map((p) => p.values.at(-1)!.text);
    };
    expect(dates('1/2/1980', '12/31/1981')).toEqual(['1980-1-2', '1981-12-31']);
    expect(dates('1/2/1980', '31/12/1981')).toEqual(['1/2/1980', '31/12/1981']);
    expect(dates('1/2/1980', '3/4/1981')).toEqual(['1/2/1980', '3/4/1981']);
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
