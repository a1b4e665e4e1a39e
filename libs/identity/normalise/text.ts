import { Converter } from 'opencc-js/t2cn';

/** Why a stated value takes no part in matching. The raw value stays where it was stated. */
export type Fault =
  'too_long' | 'broken_text' | 'control_characters' | 'mixed_encoding' | 'placeholder' | 'unreadable' | 'impossible';

export type Folded =
  { readonly text: string; readonly fault?: undefined } | { readonly fault: Fault; readonly text?: undefined };

/** Longer than any name, address or key that a person could mean; UTF-16 units. */
const LONGEST = 1_000;

const PLAIN = /^[\x20-\x7e]*$/;
// oxlint-disable-next-line no-control-regex -- finding them is the point
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]/;
/** Soft hyphen, zero-width and direction marks, byte-order mark, variation selectors: invisible, and dropped. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\ufe00-\ufe0f]/g;
/** UTF-8 read as Latin-1 or Windows-1252, and as GBK. */
const MOJIBAKE = /\ufffd|[\u00c2-\u00f4][\u0080-\u00bf]|[ÃÂ][€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|锟斤拷|烫烫烫|屯屯屯/;
const HAN = /\p{Script=Han}/u;

const toSimplified = Converter({ from: 't', to: 'cn' }) as (text: string) => string;
const simplified = new Map<string, string>();

/** Traditional characters become simplified ones, each for itself (names have no phrases). */
export function simplify(text: string): string {
  let out = '';
  for (const ch of text) {
    let s = simplified.get(ch);
    if (s === undefined) {
      s = HAN.test(ch) ? toSimplified(ch) : ch;
      simplified.set(ch, s);
    }
    out += s;
  }
  return out;
}

export function hasHan(text: string): boolean {
  return HAN.test(text);
}

/**
 * One spelling for what reads the same: NFKC (so full width becomes half width), lower case, simplified characters, no
 * accents, single spaces. Text that was damaged on its way is told by its fault and must not be compared.
 */
export function fold(raw: string): Folded {
  if (raw.length > LONGEST) return { fault: 'too_long' };
  if (PLAIN.test(raw)) return { text: squeeze(raw.toLowerCase()) };
  if (!raw.isWellFormed()) return { fault: 'broken_text' };
  if (CONTROLS.test(raw)) return { fault: 'control_characters' };
  if (MOJIBAKE.test(raw)) return { fault: 'mixed_encoding' };
  const bare = raw
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .normalize('NFKC')
    .replaceAll(INVISIBLE, '')
    .toLowerCase();
  return { text: squeeze(HAN.test(bare) ? simplify(bare) : bare) };
}

function squeeze(text: string): string {
  const t = text.trim();
  return /\s[\s]|[\t\n\r\u0085]/.test(t) ? t.replaceAll(/\s+/g, ' ') : t;
}
