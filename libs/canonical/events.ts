import { z } from 'zod';

/**
 * What downstream systems can hear of. The names are past tense, the data holds ids and states: who needs more reads
 * it through the API, where masking and row scope apply.
 */
export const EVENT_TYPES = {
  'client.created': { en: 'a client appeared', zh: '新增客户', data: z.object({}) },
  'client.updated': { en: 'fields of a client changed', zh: '客户信息变更', data: z.object({ version: z.int() }) },
  'client.merged': { en: 'a client became another', zh: '客户合并', data: z.object({ from: z.string() }) },
  'client.split': { en: 'a part of a client is another', zh: '客户拆分', data: z.object({ into: z.string() }) },
  'segment.entered': {
    en: 'a client entered a segment',
    zh: '进入分群',
    data: z.object({ segment: z.string(), version: z.int() }),
  },
  'segment.left': {
    en: 'a client left a segment',
    zh: '离开分群',
    data: z.object({ segment: z.string(), version: z.int() }),
  },
  'campaign.submitted': { en: 'approval was asked for', zh: '活动提交审批', data: campaignData() },
  'campaign.approved': { en: 'a campaign was approved', zh: '活动审批通过', data: campaignData() },
  'campaign.rejected': { en: 'a campaign was rejected', zh: '活动被驳回', data: campaignData() },
  'campaign.launched': { en: 'a campaign was launched', zh: '活动启动', data: campaignData() },
  'campaign.paused': { en: 'a campaign was paused', zh: '活动暂停', data: campaignData() },
  'campaign.resumed': { en: 'a campaign goes on', zh: '活动恢复', data: campaignData() },
  'campaign.stopped': { en: 'a campaign was stopped', zh: '活动终止', data: campaignData() },
  'campaign.completed': { en: 'a campaign is complete', zh: '活动完成', data: campaignData() },
  'action.sent': { en: 'an action reached its target', zh: '动作已发出', data: actionData() },
  'action.rejected': { en: 'a target refused an action', zh: '动作被拒绝', data: actionData() },
  'action.failed': { en: 'an action could not be sent', zh: '动作失败', data: actionData() },
  'action.unknown': { en: 'an action got no answer', zh: '动作结果未知', data: actionData() },
  'outcome.recorded': { en: 'an outcome of an action arrived', zh: '收到动作结果', data: actionData() },
  'endpoint.test': { en: 'a test of an endpoint', zh: '端点测试', data: z.object({ message: z.string() }) },
} as const;

export type EventType = keyof typeof EVENT_TYPES;

function campaignData() {
  return z.object({ campaign: z.string(), code: z.string(), version: z.int(), state: z.string() });
}

function actionData() {
  return z.object({
    action: z.string(),
    campaign: z.string(),
    channel: z.string(),
    reason: z.string().optional(),
    outcome: z.string().optional(),
  });
}
