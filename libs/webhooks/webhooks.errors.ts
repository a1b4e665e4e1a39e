import { defineErrors } from '#platform';

export const webhookErrors = defineErrors({
  ENDPOINT_URL_REFUSED: {
    status: 400,
    en: 'Webhooks cannot be sent to {url}: {reason}',
    zh: '无法向 {url} 投递：{reason}',
  },
  ENDPOINT_SETTING_WRONG: {
    status: 400,
    en: 'The setting {setting} of the endpoint cannot work: {reason}.',
    zh: '端点设置 {setting} 无效：{reason}。',
  },
  EVENT_TYPE_UNKNOWN: {
    status: 400,
    en: 'There is no event type "{type}". List the event types, or end a prefix with *.',
    zh: '不存在事件类型 "{type}"。请查看事件类型列表，或使用以 * 结尾的前缀。',
  },
  TRANSFORM_WRONG: {
    status: 400,
    en: 'The transformation cannot work: {reason}. Mend the rule and preview it again.',
    zh: '转换规则无效：{reason}。请修正后重新预览。',
  },
  LAST_KEY: {
    status: 409,
    en: 'This is the only key of the endpoint; without one it cannot sign. Rotate it instead.',
    zh: '这是该端点唯一的密钥，删除后将无法签名。请改用轮换。',
  },
  ENDPOINT_NOT_FOR_PUSH: {
    status: 409,
    en: 'The endpoint {id} fetches its events by itself; nothing is sent to it. Read its feed instead.',
    zh: '端点 {id} 为拉取方式，系统不会向其推送。请读取其事件流。',
  },
});
