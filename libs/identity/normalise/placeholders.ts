/** What people and programs write when they have nothing to write; folded spelling, without spaces and punctuation. */
const EMPTY = new Set(
  (
    'na none null nil nan undefined unknown unk unspecified notavailable notapplicable notprovided notknown noname ' +
    'nophone noemail missing empty blank anonymous tba tbc tbd test testtest tester xxx xxxx xxxxx asdf qwerty dummy ' +
    'sample default customer client guest user admin ' +
    '无 无名 没有 不详 未知 未填 未提供 未填写 暂无 空 匿名 匿名用户 测试 测试用户 测试客户 保密 其他 客户 用户 新客户 潜在客户'
  ).split(' '),
);

/** Numbers that exist and are nobody's: 13800138000 was the service line of China Mobile, and stands in every form. */
const NOBODYS_PHONES = new Set(['13800138000']);

const PLACEHOLDER_DATES = new Set(['00010101', '18991230', '18991231', '19000101', '19700101', '99991231', '99990101']);

/** True for a value that says "nothing": `n/a`, `不详`, `xxx`, `---`. */
export function saysNothing(folded: string): boolean {
  const core = folded.replaceAll(/[\s\p{P}\p{S}]/gu, '');
  return core === '' || EMPTY.has(core);
}

/** True for digits that nobody was given: one digit over and over, or a run such as 123456789. */
export function isPlaceholderNumber(digits: string): boolean {
  if (digits.length < 5) return false;
  const tail = digits.slice(-Math.max(5, Math.floor(digits.length * 0.7)));
  if (/^(.)\1+$/.test(tail)) return true;
  return '01234567890123456789'.includes(digits) || '98765432109876543210'.includes(digits);
}

/** True for a mainland mobile number of eleven digits that people write when they give none. */
export function isPlaceholderMobile(mobile: string): boolean {
  return NOBODYS_PHONES.has(mobile) || isPlaceholderNumber(mobile.slice(3));
}

export function isPlaceholderDate(yyyymmdd: string): boolean {
  return PLACEHOLDER_DATES.has(yyyymmdd);
}
