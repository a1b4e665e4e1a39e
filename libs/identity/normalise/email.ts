import { saysNothing } from './placeholders.js';
import type { Fault } from './text.js';

/**
 * `address` with a fault is a misspelt address (a slip of a finger, ann.leehost.com): it may resemble one, and reaches
 * nobody.
 */
export type ReadEmail =
  { readonly address: string; readonly fault?: Fault } | { readonly fault: Fault; readonly address?: undefined };

const SHAPE = /^[^\s@<>"',;:\\()[\]]{1,64}@[^\s@<>"',;:\\()[\]]+\.[^\s@<>"',;:\\()[\].]{1,}$/u;
const MISSPELT = /^[\p{L}\p{N}._%+@-]{8,64}$/u;
/** Providers that deliver `local+tag` to `local`. */
const TAGS = new Set(
  'gmail.com outlook.com hotmail.com live.com msn.com icloud.com me.com mac.com fastmail.com proton.me protonmail.com'.split(
    ' ',
  ),
);
const SAME_HOST: Record<string, string> = { 'googlemail.com': 'gmail.com', 'vip.qq.com': 'qq.com' };
const NOBODY = /^(?:no-?reply|do-?not-?reply|none|null|test|nobody|noemail|unknown|example)$/;
const NOWHERE = /^(?:example\.(?:com|org|net)|test\.(?:com|cn)|localhost|invalid|none\.com|no\.com)$/;

/** The mailbox that a folded address reaches, by the published rules of its provider. */
export function readEmail(folded: string): ReadEmail {
  const text = folded.replace(/^mailto:/, '').replace(/^<(.*)>$/, '$1');
  if (saysNothing(text)) return { fault: 'placeholder' };
  if (!SHAPE.test(text) || text.length > 254)
    return MISSPELT.test(text) && text.includes('.') ? { address: text, fault: 'unreadable' } : { fault: 'unreadable' };
  const at = text.lastIndexOf('@');
  let local = text.slice(0, at);
  const stated = text.slice(at + 1);
  const host = SAME_HOST[stated] ?? stated;
  if (TAGS.has(host)) local = local.replace(/\+.*$/, '');
  if (host === 'gmail.com') local = local.replaceAll('.', '');
  if (local === '' || NOBODY.test(local) || NOWHERE.test(host)) return { fault: 'placeholder' };
  return { address: `${local}@${host}` };
}
