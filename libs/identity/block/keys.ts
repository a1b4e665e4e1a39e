import { isMisspelt, kindOf } from '../profile/kinds.js';
import type { Profile } from '../profile/profile.js';

/**
 * Receives the keys of a profile. Nodes that share a key are compared; `what` says what the key is made of, so that
 * the same text under two headings is two keys.
 */
export type KeySink = (what: string, a: string, b: string) => void;

/**
 * Every key once, in a readable form. A caller that stores them may hash them.
 *
 * @param only headings whose keys are wanted. Default: all.
 */
export function blockKeys(p: Profile, only?: ReadonlySet<string>): string[] {
  const keys = new Set<string>();
  eachBlockKey(p, (what, a, b) => {
    if (only === undefined || only.has(what)) keys.add(b === '' ? `${what} ${a}` : `${what} ${a} ${b}`);
  });
  return [...keys];
}

const MAIL_START = 4;

/** Words beyond this many of one name make no more keys. */
const MOST_WORDS = 5;

/**
 * Exact identifiers and contact points; halves of identifiers (one slip leaves a half whole); pairs of name words by
 * sound; each name word with each thing that narrows it (year or day of birth, start of the mail address, postcode,
 * place, street, occupation);
 * and pairs of such things without a name.
 */
export function eachBlockKey(p: Profile, emit: KeySink): void {
  const { words, starts } = nameWords(p);
  const narrow: [string, string][] = [];
  for (const slot in p.identifiers)
    for (const id of p.identifiers[slot]!) {
      if (id.valid !== false) emit(slot, id.whole, '');
      if (id.head !== undefined) emit('head', id.head, '');
      if (id.tail !== undefined) emit('tail', id.tail, '');
    }
  for (const slot in p.values) {
    const kind = kindOf(slot);
    for (const v of p.values[slot]!) {
      switch (kind) {
        case 'birthDate':
          if (!isMisspelt(v)) {
            narrow.push(['year', v.slice(0, 4)]);
            if (v.length === 8) {
              emit('born', v, '');
              narrow.push(['day', v.slice(4)]);
            }
          }
          break;
        case 'phone':
          emit('phone', v, '');
          narrow.push(['phoneEnd', v.slice(-6)]);
          break;
        case 'email':
          if (isMisspelt(v)) narrow.push(['mailStart', v.slice(1, 1 + MAIL_START)]);
          else {
            emit('email', v, '');
            emit('mailbox', v.slice(0, v.indexOf('@')), '');
            // A slip further on leaves it whole.
            narrow.push(['mailStart', v.slice(0, Math.min(MAIL_START, v.indexOf('@')))]);
          }
          break;
        case 'postcode':
          narrow.push(['post', v]);
          break;
        case 'street':
        case 'place':
        case 'occupation':
        case 'other':
          narrow.push([slot, v.slice(0, 8)]);
          break;
        default:
      }
    }
  }
  for (let i = 0; i < words.length; i++) {
    for (let j = i + 1; j < words.length; j++) {
      const [a, b] = words[i]! < words[j]! ? [words[i]!, words[j]!] : [words[j]!, words[i]!];
      emit('names', a, b);
      emit('starts', starts[i]! < starts[j]! ? starts[i]! + starts[j]! : starts[j]! + starts[i]!, '');
    }
    for (const [what, v] of narrow) emit(what, v, words[i]!);
  }
  for (let i = 0; i < narrow.length; i++)
    for (let j = i + 1; j < narrow.length; j++)
      if (narrow[i]![0] !== 'year' || narrow[j]![0] !== 'year')
        emit(together(narrow[i]![0], narrow[j]![0]), narrow[i]![1], narrow[j]![1]);
}

const headings = new Map<string, Map<string, string>>();

/** `a+b`, made once. */
function together(a: string, b: string): string {
  let of = headings.get(a);
  if (of === undefined) headings.set(a, (of = new Map()));
  let both = of.get(b);
  if (both === undefined) of.set(b, (both = `${a}+${b}`));
  return both;
}

/** The sounds of the name's words, each once, and their first letters, which a slip further on leaves whole. */
function nameWords(p: Profile): { words: readonly string[]; starts: readonly string[] } {
  const sounds = new Map<string, string>();
  const add = (word: string | undefined) => {
    if (word === undefined || sounds.size >= MOST_WORDS) return;
    const s = sound(word);
    if (!sounds.has(s)) sounds.set(s, word.slice(0, 3));
  };
  for (const n of p.names ?? []) {
    add(n.given);
    add(n.surname);
    for (const r of n.rest ?? []) add(r);
  }
  return { words: [...sounds.keys()], starts: [...sounds.values()] };
}

const CODES = '01230120022455012623010202';
const heard = new Map<string, string>();

/** Soundex (Russell, 1918) of Latin letters; other scripts as they are. */
export function sound(word: string): string {
  let s = heard.get(word);
  if (s === undefined) {
    if (heard.size > 200_000) heard.clear();
    heard.set(word, (s = soundex(word)));
  }
  return s;
}

function soundex(word: string): string {
  const first = word.charCodeAt(0);
  if (first < 97 || first > 122) return word;
  let out = word[0]!;
  let last = CODES[first - 97]!;
  for (let i = 1; i < word.length && out.length < 4; i++) {
    const code = CODES[word.charCodeAt(i) - 97];
    if (code === undefined) continue;
    if (code !== '0' && code !== last) out += code;
    if (word[i] !== 'h' && word[i] !== 'w') last = code;
  }
  return out.padEnd(4, '0');
}
