/** Legal forms: they make a name that of an organisation, and tell no two of them apart. */
const LEGAL_FORM =
  /(?:股份有限公司|有限责任公司|有限公司|总公司|(?<![分子])公司)$|\b(?:co\.?,? ?ltd|ltd|limited|inc|incorporated|corp|corporation|llc|plc|gmbh|ag|s\.?a|pte|pty|company)\.?$/;
/** The same before the name of a branch or a product. */
const INNER_FORM = /股份有限公司|有限责任公司|有限公司/g;
/** What an organisation is. It is part of the name: a group, its bank, the bank's branch and a hospital are four. */
const SORT =
  /(?:[分子]公司|集团|银行|[分支]行|分理处|营业部|办事处|代表处|分[部店院校所]|合伙企业|事务所|研究[院所]|基金会|委员会|[协学商]会|大学|学院|[中小]学|学校|医院|中心)$|\b(?:(?:bank|co|corp|inc|ltd|limited|llc|plc)\.? .*branch|group|holdings|bank|llp|lp|partnership|university|college|school|academy|hospital|foundation|association|society|institute|committee|agency|cent(?:er|re))\.?$/;
const PARTNERSHIP = /\((?:有限|普通|特殊普通)合伙\)$/;
const PRODUCT =
  /(?:证券投资基金|私募基金|基金|资产管理计划|资管计划|集合计划|专户|信托计划|理财产品|年金计划|资产支持专项计划|\d+[号期])(?:[a-z]类?)?$|\bfunds?(?: (?:no\.? ?)?(?:\d+|[ivx]+))?$/;

/** Whether a folded full name is that of an organisation or a product; undefined for a person, as far as it tells. */
export function partyOfName(folded: string): 'organisation' | 'product' | undefined {
  const text = plain(folded.length > 200 ? folded.slice(0, 200) : folded);
  if (PRODUCT.test(text)) return 'product';
  return LEGAL_FORM.test(text) || SORT.test(text) ? 'organisation' : undefined;
}

/**
 * An organisation's or product's name without its legal form, spaces and punctuation. The branch and the number of a
 * series stay in it, as they tell one from the next.
 */
export function coreOfOrganisation(folded: string): string {
  let core = plain(folded);
  for (let before = ''; before !== core;) {
    before = core;
    const shorter = core.replace(LEGAL_FORM, '').trim();
    if (shorter.length >= 2) core = shorter;
  }
  return core.replaceAll(INNER_FORM, '').replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Numbers of series in digits, 东海一号 as 东海1号; and no mark of the kind of partnership. */
function plain(folded: string): string {
  return folded
    .replaceAll(/[一二三四五六七八九十]{1,3}(?=[号期])/g, (n) => String(numberOf(n)))
    .replaceAll(/(?<=\p{Script=Han}) +| +(?=\p{Script=Han})/gu, '')
    .replace(PARTNERSHIP, '')
    .trim();
}

const DIGITS = '一二三四五六七八九';

/** 十二 is 12, 二十 is 20. */
function numberOf(han: string): number {
  const [tens, ones] = han.includes('十') ? han.split('十') : ['', han];
  const digit = (text: string | undefined) => DIGITS.indexOf(text ?? '') + 1;
  return (han.includes('十') ? (tens === '' ? 1 : digit(tens)) * 10 : 0) + (ones === '' ? 0 : digit(ones));
}
