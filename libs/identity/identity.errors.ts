import { defineErrors } from '#platform';

export const identityErrors = defineErrors({
  MERGE_NEEDS_TWO: {
    status: 400,
    en: 'The ids mean {n} client(s) now; two or more different clients are needed. Read them again.',
    zh: '所给编号目前对应 {n} 个客户；至少需要两个不同的客户。请重新读取。',
  },
  UNMERGE_NEEDS_A_PART: {
    status: 400,
    en: 'Name some identities of the client, and not all of them: {given} of its {all} were named. Read its identity card.',
    zh: '请选择该客户的部分身份（不能全选）：共 {all} 个，所选 {given} 个。请查看身份卡。',
  },
  IDENTITY_ELSEWHERE: {
    status: 409,
    en: 'Identity {id} does not belong to this client now. Read its identity card again.',
    zh: '身份 {id} 目前不属于该客户。请重新读取身份卡。',
  },
  DECISION_REVOKED: {
    status: 409,
    en: 'This decision was revoked by {who}. Nothing is left to revoke.',
    zh: '该决定已由 {who} 撤销，无需再次撤销。',
  },
  MODEL_NOT_READY: {
    status: 409,
    en: 'Model {version} is "{state}"; only a model that is ready, active or retired can be used here. Wait for its training, or train another.',
    zh: '模型 {version} 的状态为 "{state}"，仅可使用已就绪、生效中或已停用的模型。请等待训练完成或重新训练。',
  },
  MODEL_NOT_MEASURED: {
    status: 409,
    en: 'How precise a threshold of model {version} is has not been computed. Preview it first, then tune it by precision; of the shipped model (0) make a version by tuning it, and preview that.',
    zh: '尚未计算模型 {version} 各阈值的预期精确率。请先预览，再按精确率调整；若为出厂模型（0），请先调整生成一个版本并预览该版本。',
  },
  PRECISION_OUT_OF_REACH: {
    status: 409,
    en: 'No threshold is expected to be right in {precision} of its links; the best reaches {best}. Ask for less.',
    zh: '没有阈值的预期精确率能达到 {precision}；最高为 {best}。请降低要求。',
  },
  LINK_BELOW_REVIEW: {
    status: 400,
    en: 'The threshold of a link would be {link}, below that of review, {review}. Set review to {link} or less as well.',
    zh: '合并阈值将为 {link}，低于复核阈值 {review}。请同时将复核阈值设为 {link} 或更低。',
  },
  VALUE_UNREADABLE: {
    status: 400,
    en: 'This is not one {kind} that records are compared by: {n} were read ({fault}). Give one, as a system states it. What stands for nothing, such as 00000000, is no evidence anyway.',
    zh: '无法将其读作一个可用于比对的 {kind}：读出 {n} 个（{fault}）。请按来源系统中的写法只填写一个值；00000000 之类的占位值本来就不作证据。',
  },
  VALUE_BLOCKED: {
    status: 409,
    en: 'This value is blocked already, by {who}: {reason}. Nothing is left to do.',
    zh: '该值已由 {who} 屏蔽，原因：{reason}。无需再次操作。',
  },
  VALUE_UNBLOCKED: {
    status: 409,
    en: 'This value was unblocked by {who}. Nothing is left to do.',
    zh: '该值已由 {who} 解除屏蔽，无需再次操作。',
  },
  MODEL_NOT_PREVIEWED: {
    status: 409,
    en: 'What model {version} would change has not been computed, or the records have changed since. Preview it first.',
    zh: '尚未计算模型 {version} 将带来的变化，或此后数据已变。请先预览。',
  },
});
