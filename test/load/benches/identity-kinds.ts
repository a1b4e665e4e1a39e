import { isKind, type Kind, KINDS, type RawProfile, type RawValue } from '#identity';
import { BenchRefusal, type Table } from './identity-records.js';

/** A date of birth that stands in three columns, or of which only the year is stated. */
const DATE_PARTS = ['birthYear', 'birthMonth', 'birthDay'] as const;
type DatePart = (typeof DATE_PARTS)[number];
type ColumnKind = Kind | DatePart;

/** A column and what it says about a party; `undefined` for a column that takes no part. */
export type ColumnKinds = ReadonlyMap<string, ColumnKind | undefined>;

/** By the words of the column's name, without accents; the first that fits. `undefined` takes no part. */
const BY_NAME: readonly (readonly [RegExp, Kind | undefined])[] = [
  [
    /^(?:row|rec|record|unique|entity|person|people|cluster|master|group|golden|true|truth|label|match|client|customer|source|index|idx|uuid|guid|pk|客户|用户|会员|投资者|序号|编号|记录号?)(?: ?(?:id|no|num|number|key|index|label|uid|dataset|system|file|编号|编码|代码|序号|号))*$/,
    undefined,
  ],
  [/^(?:id|key|uid|no|num|unnamed.*|updated.*|created.*|timestamp|更新时间|创建时间|来源|系统)$/, undefined],
  [/\b(?:id ?type|document ?type|doc ?type)\b|证件类型/, undefined],
  [/\b(?:e ?mail|email|mailbox|courriel|correo)s?\b|邮箱|邮件|电邮/, 'email'],
  [
    /\b(?:phone|mobile|cell|cellphone|tel|telephone|fax|landline|msisdn|handy|portable)\w*\b|手机|电话|联系方式/,
    'phone',
  ],
  [
    /\b(?:birth|born) ?(?:place|city|town|country|county)\b|\bplace of birth\b|\b(?:geburtsort|lieu (?:de )?naissance|lugar (?:de )?nacimiento)\b|出生地|籍贯/,
    'place',
  ],
  [
    /\b(?:dob|birth ?date|birthday|birth|born|date of birth|bday|geburtsdatum|geburtstag|geb ?dat\w*|naissance|nacimiento|nascita|nascimento)\b|出生|生日/,
    'birthDate',
  ],
  [/一码通|\bone ?code\b/, 'oneCode'],
  [/\b(?:device|cookie|anonymous)\b|设备/, 'device'],
  [
    /\b(?:ssn|soc ?sec|social ?security|national ?id|identity|id ?(?:no|num|number|card|doc|document)|passport|nin|nhs|tax ?id|licen[cs]e|document ?(?:no|number))\w*\b|身份证|证件/,
    'idNumber',
  ],
  [/\b(?:post ?code|postal|postcode|zip|zipcode|plz|postleitzahl|cap)\b|邮编|邮政编码/, 'postcode'],
  [/\b(?:sex|gender|geschlecht|sexe|sexo)\b|性别/, 'sex'],
  [
    /\b(?:occupation|job|profession|title of work|employment|career|position|beruf|metier|profesion)\b|职业|职务|工作/,
    'occupation',
  ],
  [/\b(?:party|client|customer|entity) ?(?:type|kind)\b|客户类型|客户类别/, 'partyKind'],
  [
    /\b(?:street|st|address|addr|road|house|building|flat|apartment|unit|strasse|str|anschrift|adresse|rue|calle|direccion|indirizzo)\b|地址|住址|街/,
    'street',
  ],
  [
    /\b(?:city|town|suburb|state|county|country|province|region|district|locality|municipality|place|borough|village|stadt|ort|wohnort|ville|commune|ciudad|citta|land|pays|pais)\b|城市|省|市|区|县|国家|国籍/,
    'place',
  ],
  [
    /\b(?:full ?name|name full|first and surname|complete name|display name|name|nom complet|nombre completo)\b(?!.*\bcompany\b)|姓名|名称|户名/,
    'fullName',
  ],
];
const GIVEN =
  /\b(?:given|first|fore|christian|fname|f name|gname|vorname|prenom|nombre|nome|voornaam|mid|midl|middle|mname|m name|second name)\b|forename|firstname|givenname|middlename|^名$|名字/;
const SURNAME =
  /\b(?:surname|sur name|last|family|lname|l name|sname|nachname|familienname|nom|apellidos?|cognome|achternaam|maiden)\b|lastname|familyname|^姓$|姓氏/;

/** The columns' names and values for each part of a date. */
const PARTS: Record<DatePart, { readonly name: RegExp; readonly least: number; readonly most: number }> = {
  birthYear: {
    name: /^(?:yob|by|birth ?y(?:ea)?r?|b ?year|year of birth|(?:dob|birth(?: date)?) ?(?:y|yy|yyyy|year))$|出生年/,
    least: 1850,
    most: 2100,
  },
  birthMonth: {
    name: /^(?:mob|bm|birth ?m(?:on|onth)?|b ?month|month of birth|(?:dob|birth(?: date)?) ?(?:m|mm|mon|month))$|出生月/,
    least: 1,
    most: 12,
  },
  birthDay: {
    name: /^(?:bd|birth ?d|b ?day|day of birth|(?:dob|birth(?: date)?) ?(?:d|dd|day))$|出生日$/,
    least: 1,
    most: 31,
  },
};

/** Kinds of the columns, inferred from names and values. The truth and record numbers are left out. */
export function inferKinds(tables: readonly Table[], truthColumn: string): ColumnKinds {
  const kinds = new Map<string, ColumnKind | undefined>();
  for (const column of tables[0]!.columns) {
    const values = tables.flatMap((t) => sample(t, column));
    kinds.set(column, column === truthColumn ? undefined : infer(column, values));
  }
  if (![...kinds.values()].includes('birthDate')) inferDateParts(tables, truthColumn, kinds);
  setAsideOtherNames(tables, kinds);
  return kinds;
}

function inferDateParts(
  tables: readonly Table[],
  truthColumn: string,
  kinds: Map<string, ColumnKind | undefined>,
): void {
  for (const part of DATE_PARTS) {
    const { name, least, most } = PARTS[part];
    const column = tables[0]!.columns.find((c) => c !== truthColumn && name.test(spaced(c)));
    if (column === undefined) continue;
    const values = tables.flatMap((t) => sample(t, column));
    const fits = (v: string) => /^\d{1,4}$/.test(v) && Number(v) >= least && Number(v) <= most;
    if (values.some((v) => fits(v)) && share(values.filter(stated), fits) > 0.9) kinds.set(column, part);
  }
}

/**
 * Of several columns of full names the best named, and among equals the first, names the party. Another one does so
 * only if both mostly share a word; else it names a programme, a contact, a father. Beside given names and surnames it
 * must share words with them.
 */
function setAsideOtherNames(tables: readonly Table[], kinds: Map<string, ColumnKind | undefined>): void {
  const of = (kind: Kind) => [...kinds].flatMap(([c, k]) => (k === kind ? [c] : []));
  const columns = of('fullName');
  const parts = [...of('givenName'), ...of('surname')];
  if (of('givenName').length > 0 && of('surname').length > 0)
    for (const c of columns) if (!parts.some((part) => shareWords(tables, part, c))) kinds.set(c, 'other');
  if (columns.length < 2) return;
  const plain = /^(?:full ?name|name|complete name|(?:client|customer|person) name)$|^(?:客户)?(?:姓名|名称|户名)$/;
  const first = columns.find((c) => plain.test(spaced(c))) ?? columns[0]!;
  for (const other of columns)
    if (kinds.get(other) === 'fullName' && other !== first && !shareWords(tables, first, other))
      kinds.set(other, 'other');
}

function shareWords(tables: readonly Table[], a: string, b: string): boolean {
  let [both, alike] = [0, 0];
  for (const { columns, rows } of tables) {
    const [i, j] = [columns.indexOf(a), columns.indexOf(b)];
    for (const row of rows.slice(0, 2_000)) {
      if (!stated(row[i]!) || !stated(row[j]!)) continue;
      // 王小明 and Wang Xiaoming have no word in common, and may be one name.
      if (HAN.test(row[i]!) !== HAN.test(row[j]!)) continue;
      both++;
      const words = new Set(spaced(row[i]!).split(' '));
      if (
        spaced(row[j]!)
          .split(' ')
          .some((w) => w.length > 1 && words.has(w))
      )
        alike++;
    }
  }
  return both === 0 || alike > both / 2;
}

const HAN = /\p{Script=Han}/u;

const stated = (value: string) => value !== '' && !/^(?:na|nan|null|none|n\/a)$/i.test(value);

/** Lower case, apart by single blanks, without accents. */
function spaced(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function infer(column: string, values: readonly string[]): Kind | undefined {
  const words = spaced(column);
  const full = /\bfull\b|\band\b|\bcomplet[oa]?\b/.test(words);
  if (!full && SURNAME.test(words)) return 'surname';
  if (!full && GIVEN.test(words)) return 'givenName';
  const byName = BY_NAME.find(([pattern]) => pattern.test(words));
  const byValue = kindOfValues(values);
  if (byName !== undefined && byName[1] === undefined) return undefined;
  // What all state alike tells nobody apart.
  if (values.length > 1 && new Set(values).size === 1) return undefined;
  // Values have the last word where they are unmistakable and the name says otherwise or nothing.
  if (byName === undefined)
    return (
      byValue ?? (unique(values) && (NUMBERS.test(words) || values.every((v) => /^\d+$/.test(v))) ? undefined : 'other')
    );
  if (values.length > 0 && !bears(byName[1]!, values)) return byValue ?? 'other';
  return byName[1];
}

const NUMBERS = /\b(?:id|no|num|nr|key|number|code|ref)\b|编号|编码|代码|号$/;

const share = (values: readonly string[], is: (v: string) => boolean) =>
  values.length === 0 ? 0 : values.filter(is).length / values.length;

const isEmail = (v: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(v);
const isDate = (v: string) =>
  /^(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|(?:18|19|20)\d{6})/.test(v);
const isPhone = (v: string) => /^\+?[\d\s()\-./]{7,20}$/.test(v) && v.replaceAll(/\D/g, '').length >= 7;
const isResident = (v: string) => /^\d{17}[\dXx]$|^\d{15}$/.test(v);
const isMobile = (v: string) => /^(?:\+?86)?1[3-9]\d{9}$/.test(v.replaceAll(/[\s-]/g, ''));
const isSex = (v: string) => /^(?:m|f|male|female|男|女)$/i.test(v);
const isHanName = (v: string) => /^\p{Script=Han}{2,4}$/u.test(v);
const isUkPostcode = (v: string) => /^[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}$/i.test(v);

/** Whether values could be of the kind that the column's name claims. */
function bears(kind: Kind, values: readonly string[]): boolean {
  switch (kind) {
    case 'email':
      return share(values, (v) => v.includes('@')) > 0.5;
    case 'phone':
      return share(values, (v) => v.replaceAll(/\D/g, '').length >= 5) > 0.5;
    case 'birthDate':
      return share(values, (v) => /\d{4}|\d{2}/.test(v)) > 0.5;
    case 'sex':
      return new Set(values).size <= 12;
    default:
      return true;
  }
}

function kindOfValues(values: readonly string[]): Kind | undefined {
  if (values.length === 0) return undefined;
  if (share(values, isEmail) > 0.7) return 'email';
  if (share(values, isSex) > 0.9) return 'sex';
  if (share(values, isResident) > 0.7) return 'idNumber';
  if (share(values, isMobile) > 0.7) return 'phone';
  if (share(values, isDate) > 0.7) return 'birthDate';
  if (share(values, isUkPostcode) > 0.7) return 'postcode';
  if (share(values, isHanName) > 0.8 && new Set(values).size > values.length / 3) return 'fullName';
  if (share(values, (v) => isPhone(v) && /[+()\- ]/.test(v)) > 0.7) return 'phone';
  return undefined;
}

function unique(values: readonly string[]): boolean {
  return values.length > 1 && new Set(values).size === values.length;
}

function sample(t: Table, column: string): string[] {
  const at = t.columns.indexOf(column);
  if (at < 0) return [];
  const step = Math.max(1, Math.floor(t.rows.length / 2_000));
  return t.rows
    .filter((_, i) => i % step === 0)
    .map((r) => r[at]!)
    .filter((v) => v !== '');
}

/** A config names columns and kinds, `{"columns": {"dob": "birthDate", "notes": null}}`, and nothing else. */
export function configuredKinds(config: unknown, tables: readonly Table[], truthColumn: string): ColumnKinds {
  const columns = (config as { columns?: unknown } | null)?.columns;
  if (typeof columns !== 'object' || columns === null)
    throw new BenchRefusal('--config has no "columns"; it needs {"columns": {"COLUMN": "KIND" or null, …}}.');
  const kinds = new Map<string, ColumnKind | undefined>(tables[0]!.columns.map((c) => [c, undefined]));
  for (const [column, kind] of Object.entries(columns as Record<string, unknown>)) {
    if (!kinds.has(column))
      throw new BenchRefusal(
        `--config names the column "${column}"; "${tables[0]!.file}" has ${tables[0]!.columns.join(', ')}.`,
      );
    if (kind === null || kind === 'ignore') continue;
    if (typeof kind !== 'string' || (!isKind(kind) && !isDatePart(kind)))
      throw new BenchRefusal(
        `--config gives "${column}" the kind ${JSON.stringify(kind)}; the kinds are ${[...KINDS, ...DATE_PARTS].join(', ')}.`,
      );
    if (column === truthColumn)
      throw new BenchRefusal(`--config makes "${column}" evidence; it is the truth, and must not be.`);
    kinds.set(column, kind);
  }
  return kinds;
}

const UNNAMED: ReadonlySet<Kind> = new Set<Kind>([
  'givenName',
  'surname',
  'fullName',
  'birthDate',
  'phone',
  'email',
  'sex',
  'partyKind',
]);

function isDatePart(kind: string): kind is DatePart {
  return (DATE_PARTS as readonly string[]).includes(kind);
}

/**
 * Rows as raw profiles: columns of one kind keep their names where they are different attributes. The parts of a date
 * are put together, and those of a given name (first, middle), as they would stand in one column.
 */
export function profilesOf(table: Table, kinds: ColumnKinds): RawProfile[] {
  const parts = DATE_PARTS.map((part) => table.columns.findIndex((c) => kinds.get(c) === part));
  const given = table.columns.flatMap((c, i) => (kinds.get(c) === 'givenName' ? [i] : []));
  const monthFirst = new Set(
    table.columns.flatMap((c, i) =>
      kinds.get(c) === 'birthDate' && putsMonthFirst(table.rows.map((r) => r[i]!)) ? [i] : [],
    ),
  );
  const used = table.columns.flatMap((column, i) => {
    const kind = kinds.get(column);
    if (kind === undefined || kind === 'givenName' || isDatePart(kind)) return [];
    const alone = [...kinds.values()].filter((k) => k === kind).length === 1 && kind !== 'other';
    return [{ i, kind, ...(alone || UNNAMED.has(kind) ? {} : { name: column }) }];
  });
  return table.rows.map((r) => {
    const text = (i: number) => (monthFirst.has(i) ? r[i]!.replace(MONTH_FIRST, '$3-$1-$2') : r[i]!);
    const values: RawValue[] = used.flatMap(({ i, ...v }) => (r[i] === '' ? [] : [{ ...v, text: text(i) }]));
    const born = dateOf(parts.map((i) => r[i] ?? ''));
    const first = given.flatMap((i) => (stated(r[i]!) ? [r[i]!] : [])).join(' ');
    if (first !== '') values.push({ kind: 'givenName', text: first });
    if (born !== undefined) values.push({ kind: 'birthDate', text: born });
    return { values };
  });
}

const MONTH_FIRST = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})/;

/** Whether dates of a column are written 12/31/1980: what no month can be stands second, slips apart. */
function putsMonthFirst(values: readonly string[]): boolean {
  let [first, second] = [0, 0];
  for (const v of values) {
    const parts = MONTH_FIRST.exec(v);
    if (!parts) continue;
    if (Number(parts[1]) > 12) first++;
    if (Number(parts[2]) > 12) second++;
  }
  return second > 10 * first;
}

/** The date that parts make, or the year of it. */
function dateOf([year, month, day]: readonly string[]): string | undefined {
  if (!/^\d{4}$/.test(year!)) return undefined;
  return stated(month!) && stated(day!) ? `${year}-${month}-${day}` : year;
}
