import { defineErrors } from '#platform';

export const campaignErrors = defineErrors({
  CAMPAIGN_INVALID: {
    status: 400,
    en: 'The campaign is not valid. Mend the fields that are named.',
    zh: '活动无效，请修正所列字段。',
  },
  CAMPAIGN_CODE_TAKEN: {
    status: 409,
    en: 'A campaign with the code "{code}" exists. Choose another code, or change that campaign.',
    zh: '活动代码 "{code}" 已存在。请更换代码或修改该活动。',
  },
  CAMPAIGN_STATE: {
    status: 409,
    en: 'A campaign that is {state} cannot be {verb}. It must be {needed} first.',
    zh: '状态为 {state} 的活动不能执行 {verb}，须先处于 {needed}。',
  },
  CAMPAIGN_EMPTY: {
    status: 409,
    en: 'Nobody is in the segment "{segment}" now, so there is nobody to act on. Check the rule of the segment.',
    zh: '分群 "{segment}" 当前没有成员，无法执行。请检查分群规则。',
  },
  MAKER_CANNOT_APPROVE: {
    status: 403,
    en: 'Whoever made, changed or submitted a campaign cannot approve it. Ask a second person.',
    zh: '活动的创建、修改或提交人不能审批该活动，请由他人审批。',
  },
  APPROVAL_VOID: {
    status: 409,
    en: 'What was approved is not what would run: {what} changed after the approval. Plan it again and ask for approval again.',
    zh: '审批内容与将执行的内容不一致：审批后 {what} 已变更。请重新计划并重新提交审批。',
  },
  AUDIENCE_DRIFTED: {
    status: 409,
    en: 'Since the plan, {gone} of {audience} clients have left the segment ({percent} %, at most {limit} % are allowed). Plan it again and ask for approval again.',
    zh: '计划之后，{audience} 位客户中已有 {gone} 位离开分群（{percent}%，上限 {limit}%）。请重新计划并重新提交审批。',
  },
});
