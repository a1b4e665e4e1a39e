import type { shellEn } from './shell-en.js';
import type { Words } from './words.js';

export const shellZh: Words<typeof shellEn> = {
  place: { loop: '闭环实况', clients: '客户', review: '客户归并', developers: 'Webhook 投递', keys: 'API 密钥' },
  keys: {
    title: '键盘快捷键',
    go: '前往：{{place}}',
    search: '搜索',
    help: '本列表',
    on: '启用单键快捷键',
  },
  pages: {
    label: '分页',
    shown_one: '本页 {{n}} 条',
    shown_other: '本页 {{n}} 条',
    first: '首页',
    previous: '上一页',
    next: '下一页',
  },
};
