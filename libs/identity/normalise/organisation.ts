/** Legal forms: they make a name that of an organisation, and tell no two of them apart. */
const LEGAL_FORM =
  /(?:股份有限公司|有限责任公司|有限公司|集团公司|集团|总公司|分公司|子公司|公司|合伙企业|有限合伙|事务所|研究院|研究所|基金会|协会|银行|大学|医院)(?:\((?:有限合伙|普通合伙|特殊普通合伙)\))?$|\b(?:co\.?,? ?ltd|ltd|limited|inc|incorporated|corp|corporation|llc|llp|plc|gmbh|ag|s\.?a|pte|pty|holdings?|group|company)\.?$/;
const PRODUCT =
  /(?:证券投资基金|私募基金|基金|资产管理计划|资管计划|集合计划|专户|信托计划|理财产品|年金计划|资产支持专项计划)(?:[0-9一二三四五六七八九十]+[号期])?(?:[a-z]类?)?$/;
/** A number that tells one product of a series from the next: it must be equal. */
const SERIES = /([0-9]+|[一二三四五六七八九十]+)[号期]/;

/** Whether a folded full name is that of an organisation or a product; undefined for a person, as far as it tells. */
export function partyOfName(folded: string): 'organisation' | 'product' | undefined {
  const text = folded.replaceAll(' ', '').length > 40 ? folded.slice(0, 200) : folded;
  if (PRODUCT.test(text.replaceAll(' ', ''))) return 'product';
  return LEGAL_FORM.test(text) ? 'organisation' : undefined;
}

/** The words of an organisation's or product's name: what is left without its legal form, and the form's own words. */
export function readOrganisation(folded: string): { readonly core: string; readonly series?: string } {
  let core = folded.replaceAll(/[（）()]/g, ' ').trim();
  for (let before = ''; before !== core;) {
    before = core;
    const shorter = core.replace(LEGAL_FORM, '').trim();
    if (shorter.length >= 2) core = shorter;
  }
  const series = SERIES.exec(folded)?.[1];
  return { core: core.replaceAll(/[^\p{L}\p{N}]/gu, ''), ...(series === undefined ? {} : { series }) };
}
