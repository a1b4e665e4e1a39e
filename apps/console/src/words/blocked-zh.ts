import type { blockedEn } from './blocked-en.js';
import type { Words } from './words.js';

export const blockedZh: Words<typeof blockedEn> = {
  blocked: {
    title: '已屏蔽的值',
    text: '营业部座机、公用邮箱、无号码时随手填的号码：一经屏蔽，无论使用哪个模型，都不再作为身份证据。',
    none: '尚未屏蔽任何值。',
    more: '仅显示最新的 {{n}} 条。',
    listFailed: '无法读取已屏蔽的值',
    value: '值',
    kind: '类型',
    reason: '原因',
    since: '屏蔽',
    block: '屏蔽某个值…',
    blockTitle: '屏蔽某个值',
    blockText: '仅凭该值相连的客户会拆开。解除屏蔽后不留痕迹。',
    blockYes: '屏蔽',
    unblock: '解除屏蔽…',
    unblockTitle: '解除屏蔽',
    unblockYes: '解除屏蔽',
    preview: '会改变什么？',
    stating: '有 {{n}} 个身份含有该值。',
    later: '数量较多，将在处理新数据的同时分批重新判断。',
    needed: '请填写此项。',
    done: '已屏蔽。',
    undone: '已解除屏蔽。',
    failed: '未能完成',
  },
};
