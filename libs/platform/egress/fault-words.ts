import type { Words } from '../words.js';

/** What Node's codes say, for those who read Chinese. */
const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: '对方拒绝连接',
  ECONNRESET: '连接被对方中断',
  EPIPE: '连接已被对方关闭',
  ETIMEDOUT: '连接超时',
  EHOSTUNREACH: '无法到达该主机',
  ENETUNREACH: '无法到达该网络',
  ENOTFOUND: '域名无法解析',
  EAI_AGAIN: '域名解析服务暂时不可用',
  EPROTO: 'TLS 握手失败',
  CERT_HAS_EXPIRED: '对方证书已过期',
  CERT_NOT_YET_VALID: '对方证书尚未生效',
  DEPTH_ZERO_SELF_SIGNED_CERT: '对方使用自签名证书，不受信任',
  SELF_SIGNED_CERT_IN_CHAIN: '对方证书链中含有不受信任的自签名证书',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: '对方证书的签发机构不受信任',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: '对方证书的签发机构不受信任',
  ERR_TLS_CERT_ALTNAME_INVALID: '对方证书与主机名不符',
};

/** An error that says what is wrong in both languages. */
export interface Spoken {
  readonly words: Words;
}

/** What went wrong, in both languages; what others say in their own words stands as it is. */
export function faultWords(e: unknown): Words {
  const { words, code, message, errors, name } = (e ?? {}) as Partial<Spoken> & {
    code?: string;
    message?: string;
    errors?: unknown[];
    name?: string;
  };
  if (typeof words?.en === 'string' && typeof words.zh === 'string') return words;
  if (!message && errors?.length) return faultWords(errors.at(-1));
  const en = message || code || name || String(e);
  const zh = code === undefined ? undefined : CODES[code];
  return { en, zh: zh === undefined ? en : `${zh}（${en}）` };
}
