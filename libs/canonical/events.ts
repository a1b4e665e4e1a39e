import { z } from 'zod';
import { CLIENT_FIELDS } from './client-fields.js';

/** One type of event. Adding one is adding an entry here, with its sample; everything else follows from it. */
export interface EventTypeSpec {
  /** Grows when a consumer of the data would have to change; a field that is added does not make it grow. */
  readonly version: number;
  readonly en: string;
  readonly zh: string;
  readonly data: z.ZodObject;
  /** What `data` may look like: shown in the catalogue, sent by a test, checked against `data`. */
  readonly sample: Readonly<Record<string, unknown>>;
  /** It is about one client, and says which. */
  readonly client?: true;
  /** About the hub's own endpoints: told only to endpoints that name it. */
  readonly operational?: true;
}

const CLIENT = 'cli_01kx2v8q4de9t8r6m5n4p3q2w1';
const CAMPAIGN = 'cmp_01kx2v8q4de9t8r6m5n4p3q2w2';
const ENDPOINT = 'ep_01kx2v8q4de9t8r6m5n4p3q2w3';
const ACTION = 'act_01kx2v8q4de9t8r6m5n4p3q2w4';

const campaign = z.object({ campaign: z.string(), code: z.string(), version: z.int(), state: z.string() });
const campaignIn = (state: string) => ({ campaign: CAMPAIGN, code: 'retain-2026', version: 3, state });
const action = z.object({
  action: z.string(),
  campaign: z.string(),
  channel: z.string(),
  reason: z.string().optional(),
  outcome: z.string().optional(),
});
const anAction = { action: ACTION, campaign: CAMPAIGN, channel: 'call' };
const segment = z.object({ segment: z.string(), version: z.int() });
const system = z.object({ system: z.string(), stream: z.string(), class: z.string().optional() });
const endpoint = z.object({ endpoint: z.string(), name: z.string(), reason: z.string().optional() });
const anEndpoint = { endpoint: ENDPOINT, name: 'Data platform' };

/**
 * What downstream systems can hear of. The names are past tense, the data holds ids and states: who needs more reads
 * it through the API, or registers for full bodies, where masking applies.
 */
export const EVENT_TYPES = {
  'client.created': {
    version: 1,
    en: 'a client appeared',
    zh: '新增客户',
    client: true,
    data: z.object({}),
    sample: {},
  },
  'client.updated': {
    version: 1,
    en: 'fields of a client changed',
    zh: '客户信息变更',
    client: true,
    data: z.object({ version: z.int() }),
    sample: { version: 7 },
  },
  'client.merged': {
    version: 1,
    en: 'a client became another',
    zh: '客户合并',
    client: true,
    data: z.object({ from: z.string() }),
    sample: { from: 'cli_01kx2v8q4de9t8r6m5n4p3q2w5' },
  },
  'client.split': {
    version: 1,
    en: 'a part of a client is another',
    zh: '客户拆分',
    client: true,
    data: z.object({ into: z.string() }),
    sample: { into: 'cli_01kx2v8q4de9t8r6m5n4p3q2w5' },
  },
  'segment.entered': {
    version: 1,
    en: 'a client entered a segment',
    zh: '进入分群',
    client: true,
    data: segment,
    sample: { segment: 'leaving-soon', version: 2 },
  },
  'segment.left': {
    version: 1,
    en: 'a client left a segment',
    zh: '离开分群',
    client: true,
    data: segment,
    sample: { segment: 'leaving-soon', version: 2 },
  },
  'campaign.submitted': {
    version: 1,
    en: 'approval was asked for',
    zh: '活动提交审批',
    data: campaign,
    sample: campaignIn('submitted'),
  },
  'campaign.approved': {
    version: 1,
    en: 'a campaign was approved',
    zh: '活动审批通过',
    data: campaign,
    sample: campaignIn('approved'),
  },
  'campaign.rejected': {
    version: 1,
    en: 'a campaign was rejected',
    zh: '活动被驳回',
    data: campaign,
    sample: campaignIn('planned'),
  },
  'campaign.launched': {
    version: 1,
    en: 'a campaign was launched',
    zh: '活动启动',
    data: campaign,
    sample: campaignIn('running'),
  },
  'campaign.paused': {
    version: 1,
    en: 'a campaign was paused',
    zh: '活动暂停',
    data: campaign,
    sample: campaignIn('paused'),
  },
  'campaign.resumed': {
    version: 1,
    en: 'a campaign goes on',
    zh: '活动恢复',
    data: campaign,
    sample: campaignIn('running'),
  },
  'campaign.stopped': {
    version: 1,
    en: 'a campaign was stopped',
    zh: '活动终止',
    data: campaign,
    sample: campaignIn('stopped'),
  },
  'campaign.completed': {
    version: 1,
    en: 'a campaign is complete',
    zh: '活动完成',
    data: campaign,
    sample: campaignIn('completed'),
  },
  'action.sent': {
    version: 1,
    en: 'an action reached its target',
    zh: '动作已发出',
    client: true,
    data: action,
    sample: anAction,
  },
  'action.rejected': {
    version: 1,
    en: 'a target refused an action',
    zh: '动作被拒绝',
    client: true,
    data: action,
    sample: { ...anAction, reason: 'the number is blocked' },
  },
  'action.failed': {
    version: 1,
    en: 'an action could not be sent',
    zh: '动作失败',
    client: true,
    data: action,
    sample: { ...anAction, reason: 'the target did not answer' },
  },
  'action.unknown': {
    version: 1,
    en: 'an action got no answer',
    zh: '动作结果未知',
    client: true,
    data: action,
    sample: { ...anAction, reason: 'the connection broke' },
  },
  'outcome.recorded': {
    version: 1,
    en: 'an outcome of an action arrived',
    zh: '收到动作结果',
    client: true,
    data: action,
    sample: { ...anAction, outcome: 'interested' },
  },
  'identity.surged': {
    version: 1,
    en: 'records of a stream suddenly join many clients',
    zh: '某数据流的记录突然合并大量客户',
    data: z.object({
      system: z.string(),
      stream: z.string(),
      evidence: z.string(),
      joins: z.int(),
      records: z.int(),
    }),
    sample: { system: 'counter', stream: 'clients', evidence: 'idNumber', joins: 412, records: 1000 },
  },
  'system.failing': {
    version: 1,
    en: 'a stream of a system cannot be read',
    zh: '系统数据流异常',
    data: system,
    sample: { system: 'counter', stream: 'trades', class: 'transient' },
  },
  'system.recovered': {
    version: 1,
    en: 'a stream of a system is read again',
    zh: '系统数据流恢复',
    data: system,
    sample: { system: 'counter', stream: 'trades' },
  },
  'quarantine.added': {
    version: 1,
    en: 'records could not be applied and were set aside',
    zh: '记录进入隔离区',
    data: z.object({ system: z.string(), stream: z.string(), records: z.int() }),
    sample: { system: 'counter', stream: 'trades', records: 3 },
  },
  'endpoint.test': {
    version: 1,
    en: 'a test of an endpoint',
    zh: '端点测试',
    operational: true,
    data: z.object({ message: z.string() }),
    sample: { message: 'A test from Isthmus.' },
  },
  'endpoint.failing': {
    version: 1,
    en: 'an endpoint has answered nothing well for some time',
    zh: '端点持续失败',
    operational: true,
    data: endpoint.extend({ since: z.iso.datetime(), disablesAt: z.iso.datetime().optional() }),
    sample: { ...anEndpoint, since: '2026-11-20T01:00:00.000Z', disablesAt: '2026-11-25T01:00:00.000Z' },
  },
  'endpoint.recovered': {
    version: 1,
    en: 'an endpoint that was failing takes deliveries again',
    zh: '端点恢复',
    operational: true,
    data: endpoint,
    sample: anEndpoint,
  },
  'endpoint.disabled': {
    version: 1,
    en: 'an endpoint was disabled',
    zh: '端点已停用',
    operational: true,
    data: endpoint,
    sample: { ...anEndpoint, reason: 'the endpoint answered 410 Gone' },
  },
  'delivery.failed': {
    version: 1,
    en: 'a delivery was given up after its last attempt',
    zh: '投递最终失败',
    operational: true,
    data: endpoint.extend({ deliveries: z.int() }),
    sample: { ...anEndpoint, deliveries: 1, reason: 'the endpoint answered 500' },
  },
} as const satisfies Record<string, EventTypeSpec>;

export type EventType = keyof typeof EVENT_TYPES;

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENT_TYPES, type);
}

export function eventTypeSpec(type: EventType): EventTypeSpec {
  return EVENT_TYPES[type];
}

/** Whether a pattern (a type, or a prefix that ends in `*`) covers a type. */
export function coversType(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}

/** The name of a version of a type's schema, as events carry it in `dataschema` (CloudEvents 1.0 §3.1). */
export function eventSchemaName(type: EventType): string {
  return `urn:isthmus:event:${type}:${EVENT_TYPES[type].version}`;
}

const text = (meta: Record<string, unknown>) => z.string().meta(meta);

/** The client as full bodies show it: what it is when the attempt is made. Personal fields are masked unless the endpoint may have them. */
const profile = z
  .object({
    ...Object.fromEntries(
      Object.entries(CLIENT_FIELDS)
        .filter(([name]) => name !== 'idDocument')
        .map(([name, f]) => {
          const about = { description: 'personal' in f ? `${f.en}; masked unless the endpoint may have it` : f.en };
          return [name, (f.type === 'list' ? z.array(z.string()).meta(about) : text(about)).optional()];
        }),
    ),
    attributes: z.record(z.string(), z.string()).optional(),
  })
  .meta({ description: 'Only in full bodies of events about a client' });

/** The whole message of a type: CloudEvents 1.0 in its JSON format. */
export function eventMessage(type: EventType): z.ZodObject {
  const spec = eventTypeSpec(type);
  const about = spec.client
    ? { client: text({ description: 'Public id of the client' }), profile: profile.optional() }
    : {};
  return z.object({
    specversion: z.literal('1.0'),
    id: text({ description: 'Id of the event; the same at every endpoint' }),
    source: z.literal('/isthmus'),
    type: z.literal(type),
    time: z.iso.datetime().meta({ description: 'When it was committed' }),
    subject: text({ description: 'What it is about, as a path' }),
    datacontenttype: z.literal('application/json'),
    dataschema: z.literal(eventSchemaName(type)),
    test: z.literal(true).optional().meta({ description: 'Present when it was sent as a test; nothing happened' }),
    data: z.object({ ...about, ...spec.data.shape }),
  });
}

/** A message of a type as it may arrive. */
export function sampleMessage(type: EventType, data: Readonly<Record<string, unknown>> = EVENT_TYPES[type].sample) {
  const spec = eventTypeSpec(type);
  return {
    specversion: '1.0',
    id: 'evt_01kx2v8q4de9t8r6m5n4p3q2w6',
    source: '/isthmus',
    type,
    time: '2026-11-25T01:30:00.000Z',
    subject: spec.client ? `client/${CLIENT}` : 'sample',
    datacontenttype: 'application/json',
    dataschema: eventSchemaName(type),
    data: { ...(spec.client ? { client: CLIENT } : {}), ...data },
  };
}
