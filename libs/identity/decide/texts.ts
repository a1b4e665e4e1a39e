import { IDENTITY_KEYS, isIdentityKeyType } from '#canonical';
import type { Words } from '#platform';

/** The words of the evidence, for those who read it. */
const COMPARISONS: Readonly<Record<string, Words>> = {
  prior: { en: 'before looking', zh: '先验' },
  guard: { en: 'other evidence is needed', zh: '需要其他佐证' },
  floor: { en: 'the same identifying number', zh: '同一证件或一码通' },
  relatives: { en: 'could as well be relatives', zh: '也可能是亲属' },
  party: { en: 'kind of party', zh: '主体类型' },
  givenName: { en: 'given name', zh: '名' },
  surname: { en: 'surname', zh: '姓' },
  nameOrder: { en: 'order of the names', zh: '姓名顺序' },
  otherNames: { en: 'other words of the name', zh: '姓名其他部分' },
  fullName: { en: 'name', zh: '姓名' },
  birthDate: { en: 'birth date', zh: '出生日期' },
  phone: { en: 'phone', zh: '电话' },
  email: { en: 'e-mail', zh: '邮箱' },
  idNumber: { en: 'identity document', zh: '证件号码' },
  oneCode: { en: 'one-code account', zh: '一码通' },
  device: { en: 'browser or device', zh: '设备' },
  street: { en: 'address', zh: '地址' },
  place: { en: 'place', zh: '地区' },
  postcode: { en: 'postcode', zh: '邮编' },
  sex: { en: 'gender', zh: '性别' },
  occupation: { en: 'occupation', zh: '职业' },
  partyKind: { en: 'kind of party', zh: '主体类型' },
  other: { en: 'other', zh: '其他' },
  stated: { en: 'a row that names both', zh: '同一行记录' },
};

const LEVELS: Readonly<Record<string, Words>> = {
  equal: { en: 'equal', zh: '相同' },
  same: { en: 'the same', zh: '一致' },
  near: { en: 'nearly equal', zh: '几乎相同' },
  moved: { en: 'in another place', zh: '位置不同' },
  swapped: { en: 'swapped', zh: '前后颠倒' },
  initial: { en: 'the same initial', zh: '首字母相同' },
  similar: { en: 'similar', zh: '相似' },
  weak: { en: 'hardly similar', zh: '略有相似' },
  different: { en: 'different', zh: '不同' },
  shared: { en: 'shared', zh: '共有' },
  partly: { en: 'partly shared', zh: '部分共有' },
  slip: { en: 'a slip apart', zh: '疑似笔误' },
  half: { en: 'half the same', zh: '部分相同' },
  contained: { en: 'one contains the other', zh: '包含关系' },
  'two parts': { en: 'two parts the same', zh: '两部分相同' },
  'two slips': { en: 'two slips apart', zh: '两处笔误' },
  close: { en: 'within a month', zh: '相差不足一月' },
  'about a year': { en: 'about a year apart', zh: '相差约一年' },
  'about ten years': { en: 'about ten years apart', zh: '相差约十年' },
  'same year': { en: 'the same year', zh: '年份相同' },
  'same area': { en: 'the same area', zh: '地区相同' },
  'same mailbox name': { en: 'the same name before @', zh: '邮箱用户名相同' },
  possible: { en: 'possible', zh: '可能' },
  'other name': { en: 'organisations or products of other names', zh: '机构或产品名称不同' },
  'too little else': { en: 'too little besides the name or contact points', zh: '除姓名或联系方式外证据不足' },
  hot: { en: 'shared by many', zh: '多人共用' },
};

const CAUSES: Readonly<Record<string, Words>> = {
  uncertain: { en: 'the evidence is not enough', zh: '证据不足' },
  unique_id: { en: 'two different identity numbers', zh: '证件号码不同' },
  contested_record: {
    en: 'a record fits two clients with different identity numbers',
    zh: '一条记录同时符合两位证件不同的客户',
  },
  contradicted: { en: 'a source states it, the evidence contradicts', zh: '来源声明与证据矛盾' },
  limit: { en: 'the client would have more of something than it may', zh: '合并后某类信息超过数量上限' },
  size: { en: 'the client would grow too large', zh: '合并后规模过大' },
  diameter: { en: 'they hang together by too long a chain', zh: '仅由过长的关联链相连' },
  contested: { en: 'a contact point fits several clients', zh: '联系方式对应多个客户' },
};

/** `place:suburb` is a place named suburb. */
export function comparisonWords(comparison: string): Words {
  const [kind, name] = comparison.split(':');
  const words = COMPARISONS[kind!] ?? { en: kind!, zh: kind! };
  return name === undefined ? words : { en: `${words.en} (${name})`, zh: `${words.zh}（${name}）` };
}

/** What a limit is on: a kind of value, or a kind of key. */
export function limitWords(name: string): Words {
  if (!isIdentityKeyType(name) || !IDENTITY_KEYS[name].holder) return comparisonWords(name);
  const { en, zh } = IDENTITY_KEYS[name];
  return { en, zh };
}

export function levelWords(level: string): Words {
  return LEVELS[level] ?? { en: level, zh: level };
}

export function causeWords(cause: string): Words {
  return CAUSES[cause] ?? { en: cause, zh: cause };
}
