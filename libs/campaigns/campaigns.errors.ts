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
    zh: '活动当前为“{state}”，不能{verb}；须先处于“{needed}”。',
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

const STATES: Readonly<Record<string, string>> = {
  draft: '草稿',
  planned: '已计划',
  submitted: '已提交',
  approved: '已审批',
  running: '运行中',
  paused: '已暂停',
  stopped: '已停止',
  completed: '已完成',
};

const VERBS: Readonly<Record<string, string>> = {
  changed: '修改',
  planned: '计划',
  submitted: '提交',
  approved: '审批',
  rejected: '驳回',
  launched: '启动',
  paused: '暂停',
  resumed: '恢复',
  stopped: '停止',
};

/** For CAMPAIGN_STATE: what the campaign is, what was asked, what it must be. */
export function stateWords(state: string, verb: string, needed: readonly string[]) {
  const zh = (s: string) => STATES[s] ?? s;
  return {
    state: { en: state, zh: zh(state) },
    verb: { en: verb, zh: VERBS[verb] ?? verb },
    needed: { en: needed.join(' or '), zh: needed.map(zh).join('或') },
  };
}
