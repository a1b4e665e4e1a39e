import type { Random } from './person.js';
import { digits, pick } from './random.js';

const WORDS = [...'恒信达盛华泰安瑞丰源宏远博创新诚联通海天金鼎'];
const TRADES = ['贸易', '科技', '实业', '投资管理', '信息技术', '物流', '文化传媒'];
const FORMS = ['有限公司', '有限公司', '有限责任公司', '股份有限公司'];
const REGIONS = ['110105', '310115', '440305', '330106', '320102'];
const DIGITS = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** 杭州恒远贸易有限公司. */
export function organisationName(branch: string, r: Random): string {
  return branch.slice(0, 2) + pick(WORDS, r) + pick(WORDS, r) + pick(TRADES, r) + pick(FORMS, r);
}

/** A unified social credit code of 18 characters (GB 32100) with its check character; no two indexes share one. */
export function organisationNumber(index: number, r: Random): string {
  const body = `91${pick(REGIONS, r)}MA${digits(index, 7)}`;
  const sum = [...body].reduce((s, c, i) => s + DIGITS.indexOf(c) * (3 ** i % 31), 0);
  return body + DIGITS[(31 - (sum % 31)) % 31]!;
}
