import { defineErrors } from '#platform';

export const ingestErrors = defineErrors({
  DISCARD_UNBOUNDED: {
    status: 400,
    en: 'Nothing says which records are not wanted. Name system, stream, field or ids; or send everything: true.',
    zh: '未指明要丢弃哪些记录。请给出 system、stream、field 或 ids；如确要全部丢弃，请发送 everything: true。',
  },
});
