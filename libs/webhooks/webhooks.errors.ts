import { defineErrors, type IsthmusError } from '#platform';

export const webhookErrors = defineErrors({
  ENDPOINT_URL_REFUSED: {
    status: 400,
    en: 'The {setting} {url} of the endpoint cannot be used: {reason}',
    zh: '端点的 {setting}（{url}）无法使用：{reason}',
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
  KEY_UNUSABLE: {
    status: 400,
    en: 'The key cannot be used: {reason}. Copy it whole, with its prefix.',
    zh: '密钥无法使用：{reason}。请连同前缀完整复制。',
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
  DELIVERY_BEING_SENT: {
    status: 409,
    en: 'The delivery {id} is being sent at this moment. Look at its attempts, and send it again if they failed.',
    zh: '投递 {id} 正在发送。请查看投递尝试，如失败再重新发送。',
    retryable: true,
  },
  DELIVERY_NOT_WAITING: {
    status: 409,
    en: 'The delivery {id} does not wait: it is {state}. Only one that is ready or parked can be given up.',
    zh: '投递 {id} 并非等待中：当前状态为 {state}。只有 ready 或 parked 的投递可以放弃。',
  },
});

/** @param pointer where in what was sent the type stands (JSON Pointer). */
export function eventTypeUnknown(type: string, pointer: string): IsthmusError {
  const detail = { en: `there is no event type "${type}"`, zh: `不存在事件类型 "${type}"` };
  return webhookErrors.EVENT_TYPE_UNKNOWN({ type }, { errors: [{ pointer, detail }] });
}
