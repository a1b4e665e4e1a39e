import { isPinyinSurname, looksLikePinyin, splitHan, toPinyin } from './chinese.js';
import { hasHan } from './text.js';

/**
 * A name, taken apart. `given` and `surname` are in Latin letters (pinyin for Chinese), lower case, without spaces;
 * `han` holds the same parts in simplified characters where the name was stated in characters. `rest` are the words
 * that are neither: middle names, the place of a title. A name of one word whose place nobody knows is a `surname`.
 */
export interface Name {
  readonly given?: string;
  readonly surname?: string;
  readonly rest?: readonly string[];
  readonly han?: { readonly given?: string; readonly surname?: string };
}

/** Forms of address and degrees: they say how to speak to somebody, not who it is. */
const HONORIFICS = new Set(
  (
    'mr mrs ms miss mx dr prof professor sir dame madam lady lord rev reverend hon honourable capt captain col colonel gen ' +
    'general maj major sgt lt jr sr esq esquire phd md mba cfa ii iii iv herr frau monsieur madame mme señor senor señora senora'
  ).split(' '),
);
/** Ranks and joining words inside a name: kept out of it, as they are shared by many. */
const JOINTS = new Set(
  (
    'of the and de la le du des van von der den di da del dos el al bin binti ' +
    'baron baroness baronet earl count countess duke ' +
    'duchess viscount viscountess marquess marquis marchioness prince princess king queen saint st'
  ).split(' '),
);
const ORDINAL = /^\d+(?:st|nd|rd|th)$/;
const HAN_HONORIFIC =
  /(?:先生|女士|小姐|太太|夫人|老师|医生|大夫|教授|博士|律师|经理|总经理|总监|主任|董事长|董事|董|总|局长|处长|科长|行长|校长|院长|部长|师傅|阿姨|叔叔|同学|同志)$/;
const HAN_PREFIX = /^(?:尊敬的|客户|亲爱的)/;
const HAN_NAME = /^\p{Script=Han}+(?:·\p{Script=Han}+)*$/u;

export interface ReadName {
  readonly name?: Name;
  /** True when a form of address stood where a given name would: 王先生 tells a surname and no more. */
  readonly addressOnly?: boolean;
}

/** Reads folded parts of one stated name. Any of them may be absent; `full` may repeat what the others say. */
export function readName(parts: {
  readonly given?: string | undefined;
  readonly surname?: string | undefined;
  readonly full?: string | undefined;
}): ReadName {
  const { given, surname, full } = parts;
  const whole = full === undefined ? undefined : readFull(full);
  if (given === undefined && surname === undefined) return whole ?? {};
  if ((given !== undefined && hasHan(given)) || (surname !== undefined && hasHan(surname))) {
    const s = surname === undefined ? '' : hanCore(surname);
    const g = given === undefined ? '' : hanCore(given);
    if (g === '' && [...s].length > 1) return { name: hanName(splitHan(s)) };
    if (s === '' && [...g].length > 2) return { name: hanName(splitHan(g)) };
    // Counters that put the full name into the field of the given name.
    if (s !== '' && g.startsWith(s) && [...g].length >= [...s].length + 1 && [...g].length > 2)
      return { name: hanName({ surname: s, given: g.slice(s.length) }) };
    return { name: hanName({ surname: s, given: g }) };
  }
  const g = words(given ?? '');
  const s = words(surname ?? '');
  const rest = [...g.slice(1), ...(whole?.name ? wordsOf(whole.name) : [])];
  return named(g[0], s.length > 0 ? s.join('') : undefined, rest);
}

function readFull(full: string): ReadName {
  if (hasHan(full)) {
    const bare = full.replaceAll(/[\s,，.。()（）]/g, '');
    const core = hanCore(bare);
    if (!HAN_NAME.test(core)) return core === '' ? {} : mixed(full);
    const split = splitHan(core.replaceAll('·', ''));
    const addressOnly = core !== bare.replace(HAN_PREFIX, '') && split.given === '';
    return { name: hanName(split), ...(addressOnly ? { addressOnly } : {}) };
  }
  const comma = full.split(',').map((p) => words(p));
  if (
    comma.length === 2 &&
    comma[0]!.length <= 2 &&
    comma[0]!.length > 0 &&
    comma[1]!.length > 0 &&
    comma[1]!.length <= 2
  )
    return /\d/.test(full)
      ? inOrder([...comma[0]!, ...comma[1]!])
      : named(comma[1]![0], comma[0]!.join(''), comma[1]!.slice(1));
  return inOrder(words(full));
}

/** Latin words in the order of writing: the last is the surname, unless the name is Chinese and says otherwise. */
function inOrder(w: readonly string[]): ReadName {
  if (w.length === 0) return {};
  if (w.length === 1) return named(undefined, w[0], []);
  const first = w[0]!;
  const last = w.at(-1)!;
  if (w.length <= 3 && w.every(looksLikePinyin)) {
    if (isPinyinSurname(first) && (w.length === 3 || !isPinyinSurname(last)))
      return named(w.slice(1).join(''), first, []);
    if (isPinyinSurname(last)) return named(w.slice(0, -1).join(''), last, []);
  }
  return named(first, last, w.slice(1, -1));
}

function mixed(full: string): ReadName {
  const han = hanCore([...full].filter((c) => hasHan(c)).join(''));
  return han === '' ? {} : { name: hanName(splitHan(han)) };
}

function hanCore(text: string): string {
  let core = text.replace(HAN_PREFIX, '');
  for (let before = ''; before !== core && core.length > 1;) {
    before = core;
    core = core.replace(HAN_HONORIFIC, '');
  }
  return core;
}

function hanName(han: { readonly surname: string; readonly given: string }): Name {
  const part = (text: string, surname: boolean) =>
    hasHan(text) ? toPinyin(text, surname) : text.replaceAll(/[^\p{L}]/gu, '');
  return {
    ...(han.given === '' ? {} : { given: part(han.given, false) }),
    ...(han.surname === '' ? {} : { surname: part(han.surname, true) }),
    han: {
      ...(hasHan(han.given) ? { given: han.given } : {}),
      ...(hasHan(han.surname) ? { surname: han.surname } : {}),
    },
  };
}

function named(given: string | undefined, surname: string | undefined, rest: readonly string[]): ReadName {
  const kept = [...new Set(rest)].filter((r) => r !== given && r !== surname && r.length > 1).toSorted();
  if (given === undefined && surname === undefined && kept.length === 0) return {};
  return {
    name: {
      ...(given === undefined ? {} : { given }),
      ...(surname === undefined ? {} : { surname }),
      ...(kept.length > 0 ? { rest: kept } : {}),
    },
  };
}

/** The words that tell people apart: no forms of address, ranks, joining words or ordinals, no punctuation. */
function words(text: string): string[] {
  const all = text
    .split(/[\s.,;:"()/]+/)
    .map((w) => w.replaceAll(/[^\p{L}\p{N}]/gu, ''))
    .filter((w) => w !== '');
  const told = all.filter((w) => !HONORIFICS.has(w) && !JOINTS.has(w) && !ORDINAL.test(w));
  // Somebody may be called King; nobody is called nothing.
  return told.length > 0 ? told : all.filter((w) => !HONORIFICS.has(w) && w.length > 1);
}

function wordsOf(name: Name): string[] {
  return [name.given, name.surname, ...(name.rest ?? [])].filter((w) => w !== undefined);
}
