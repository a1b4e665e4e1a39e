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
  PREVIEW_NEEDS_MEMORY: {
    status: 503,
    en: 'A preview of {identities} identities takes about {needed} MiB of memory, and this process has {free} MiB left. Start the process with the role "worker" with NODE_OPTIONS=--max-old-space-size={limit}, and ask for the preview again.',
    zh: '预演 {identities} 个身份约需 {needed} MiB 内存，而本进程仅余 {free} MiB。请以 NODE_OPTIONS=--max-old-space-size={limit} 启动“worker”角色的进程，再次请求预演。',
  },
  REVIEW_NOTHING_MOVES: {
    status: 400,
    en: 'Only a pair of the cause contested_record has a record that may move; this one has the cause {cause}. Say same, different or later.',
    zh: '只有原因为 contested_record 的待核对项才有可移动的记录；此项的原因为 {cause}。请选择 same、different 或 later。',
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
  AUDIT_WHILE_SETTLING: {
    status: 409,
    en: 'Model {version} is still coming into force, so that stored pairs are weighed by two models. Start the audit when it is through: isthmus identity models list.',
    zh: '模型 {version} 仍在启用中，已存储的客户对由新旧两个模型评分。请待启用完成后再开始抽查：isthmus identity models list。',
  },
  AUDIT_NOTHING_TO_DRAW: {
    status: 409,
    en: 'The model in force weighs no pair of identities yet. Let records of two systems come in first.',
    zh: '当前模型尚未评估任何身份对。请先接入至少两个系统的记录。',
  },
  AUDIT_PAIR_GONE: {
    status: 409,
    en: 'Nothing is known any more of one of the two identities of pair {n}. It counts as gone; go on to another.',
    zh: '第 {n} 对中有一个身份已无任何记录，计为“已消失”。请继续下一对。',
  },
  AUDIT_NOT_JUDGED: {
    status: 409,
    en: 'Pair {n} has no answer that a decision could follow from. Answer "same" or "different" first.',
    zh: '第 {n} 对尚无可据以决定的答案。请先回答“同一客户”或“不同客户”。',
  },
  AUDIT_TOO_FEW: {
    status: 409,
    en: 'The audit has {answered} answers "same" or "different" between review and certainty (99.9 %); a calibration needs {needed}. Answer more of its pairs, or draw a larger one.',
    zh: '该抽查在复核阈值与 99.9% 之间仅有 {answered} 个“同一”或“不同”的答案；校准至少需要 {needed} 个。请继续回答，或抽取更大的样本。',
  },
  AUDIT_ONE_SIDED: {
    status: 409,
    en: 'Of {answered} answers between review and certainty (99.9 %) only {rarer} say "{verdict}"; a calibration needs {needed} of each. So few tell a bound of the offset at most, and not how steep the curve is. Answer more of its pairs, or draw a larger one.',
    zh: '在复核阈值与 99.9% 之间的 {answered} 个答案中，仅 {rarer} 个为 "{verdict}"；校准要求两种答案各至少 {needed} 个。如此少的答案至多只能给出偏移量的界限，无法确定曲线的陡度。请继续回答，或抽取更大的样本。',
  },
  AUDIT_OF_OTHER_WEIGHTS: {
    status: 409,
    en: 'The audit was drawn under model {audited}, and model {version} weighs pairs by other weights. Name a version with the weights of {audited} (from), or audit {version} when it is in force.',
    zh: '该抽查基于模型 {audited}，而模型 {version} 的权重不同。请用 from 指定权重与 {audited} 相同的版本，或在 {version} 生效后重新抽查。',
  },
  AUDIT_AGAINST_EVIDENCE: {
    status: 409,
    en: 'By these answers more evidence would make two parties less likely to be one (scale {scale}). Look at the answers again, or train the model anew.',
    zh: '按这些答案，证据越多反而越不可能是同一客户（斜率 {scale}）。请复查答案，或重新训练模型。',
  },
});
