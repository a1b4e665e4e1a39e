import { defineErrors } from '#platform';

export const systemErrors = defineErrors({
  CONNECTOR_UNKNOWN: {
    status: 400,
    en: 'There is no connector "{connector}". Available: {available}.',
    zh: '不存在连接器 "{connector}"。可用：{available}。',
  },
  SYSTEM_CODE_TAKEN: {
    status: 409,
    en: 'A system with the code "{code}" is already registered. Choose another code, or change that system.',
    zh: '系统代码 "{code}" 已被使用。请更换代码或修改该系统。',
  },
  SYSTEM_SETTINGS_INVALID: {
    status: 400,
    en: 'The settings of the {connector} connector are not valid. Mend the fields that are named.',
    zh: '{connector} 连接器的设置无效，请修正所列字段。',
  },
  SECRET_ON_AGENT: {
    status: 400,
    en: 'The system runs on the agent "{agent}", so the hub does not keep its secrets. Write {field} as "$env:NAME" and set NAME where the agent runs.',
    zh: '该系统运行在代理 "{agent}" 上，中心不保存其密钥。请将 {field} 写为 "$env:NAME"，并在代理侧设置 NAME。',
  },
  SECRET_FOR_OTHER_ADDRESS: {
    status: 400,
    en: 'The setting {address} changes, and a secret goes to the address it was given for. Give {fields} again.',
    zh: '设置 {address} 已更改，而密钥只用于录入时的地址。请重新填写 {fields}。',
  },
  STREAM_MOVED_ON: {
    status: 409,
    en: 'Another process has advanced the stream {stream} of {system}; this one stops reading it.',
    zh: '系统 {system} 的数据流 {stream} 已由其他进程推进，本进程停止读取。',
  },
  SYSTEM_HAS_NO_ACTION: {
    status: 400,
    en: 'The system "{system}" cannot perform {action}. It can: {available}.',
    zh: '系统 "{system}" 不支持动作 {action}。支持：{available}。',
  },
});
