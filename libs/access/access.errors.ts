import { defineErrors } from '#platform';

export const accessErrors = defineErrors({
  SIGN_IN_NEEDED: {
    status: 401,
    en: 'Sign in, or send an API key as "Authorization: Bearer isthmus_…".',
    zh: '请登录，或以 "Authorization: Bearer isthmus_…" 提供 API 密钥。',
  },
  SIGN_IN_FAILED: {
    status: 401,
    en: 'The login or the password is not right. After five failures the account is locked for 15 minutes.',
    zh: '用户名或密码不正确。连续失败五次后账户将锁定 15 分钟。',
  },
  SIGN_IN_LINK_USED: {
    status: 401,
    en: 'This sign-in link was used or has run out. Make a new one with "isthmus users link {login}" where the hub runs.',
    zh: '登录链接已使用或已过期。请在中心所在机器上执行 "isthmus users link {login}" 重新生成。',
  },
  SCOPE_MISSING: {
    status: 403,
    en: 'This needs the permission "{scope}", which {who} does not have. Ask an administrator.',
    zh: '该操作需要权限 "{scope}"，{who} 尚未拥有。请联系管理员。',
  },
  CSRF_MISSING: {
    status: 403,
    en: 'A write from a browser session needs the header X-CSRF-Token, as /api/v1/session gives it.',
    zh: '浏览器会话的写操作需携带 X-CSRF-Token 请求头（由 /api/v1/session 返回）。',
  },
  LOGIN_TAKEN: {
    status: 409,
    en: 'The login "{login}" is taken. Choose another.',
    zh: '登录名 "{login}" 已被使用，请更换。',
  },
  KEY_EXPIRY_PAST: {
    status: 400,
    en: 'The API key would expire at {found}, which has passed. Give a time after {needed}, or none.',
    zh: 'API 密钥的到期时间 {found} 已过。请填写晚于 {needed} 的时间，或不填。',
  },
  KEY_ENDED: {
    status: 409,
    en: 'This API key {how}, so no other can follow it. Make a new one instead.',
    zh: '该 API 密钥{how}，不能再轮换。请新建密钥。',
  },
  IDEMPOTENCY_KEY_LONG: {
    status: 400,
    en: 'The Idempotency-Key has {found} characters; at most {most} are taken. A UUID is enough.',
    zh: 'Idempotency-Key 有 {found} 个字符，上限为 {most}。使用 UUID 即可。',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    en: 'The Idempotency-Key was used before with another request. Use a new key for a new request.',
    zh: 'Idempotency-Key 已用于其他请求。新的请求请使用新的键。',
  },
  IDEMPOTENCY_IN_FLIGHT: {
    status: 409,
    en: 'The first request with this Idempotency-Key is still under way. Wait for it, or ask for the result a moment later.',
    zh: '使用该 Idempotency-Key 的首个请求仍在处理中，请稍后重试。',
    retryable: true,
  },
});
