import { pinyin } from 'pinyin-pro';

/** Surnames of two characters. The list is closed: names outside it are read as one character of surname. */
const COMPOUND = new Set(
  (
    '欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 ' +
    '长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 ' +
    '南门 羊舌 微生 公户 公玉 公仪 梁丘 公仲 公上 公门 公山 公坚 左丘 公伯 西门 公祖 第五 公乘 贯丘 公皙 南荣 东里 东宫 仲长 子书 子桑'
  ).split(' '),
);

/** Readings of characters that are read otherwise as a surname. */
const SURNAME_READINGS: Record<string, string> = {
  单: 'shan',
  解: 'xie',
  仇: 'qiu',
  曾: 'zeng',
  任: 'ren',
  区: 'ou',
  查: 'zha',
  盖: 'ge',
  翟: 'zhai',
  朴: 'piao',
  秘: 'bi',
  尉: 'wei',
  缪: 'miao',
  乐: 'yue',
  员: 'yun',
  黑: 'he',
  重: 'chong',
  折: 'she',
  华: 'hua',
  覃: 'qin',
  冼: 'xian',
  晟: 'cheng',
};

/** Pinyin of the usual surnames (the hundred families and some more): tells which end of a romanised name leads. */
const SURNAMES_IN_LATIN = new Set(
  (
    'wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang han feng ' +
    'deng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu lü ding ren yao shen zhong cui tan fan ' +
    'liao shi jin jia xia fu fang zou xiong bai meng qin qiu hou yin xue yan duan lei long tao mao hao gu gong shao wan ' +
    'qian dai mo kong xiang chang ouyang sima zhuge shangguan situ murong huangfu'
  ).split(' '),
);

const SYLLABLE =
  /^(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?(?:a|o|e|i|u|v|ai|ei|ao|ou|an|en|ang|eng|ong|er|ia|ie|iao|iu|iou|ian|in|iang|ing|iong|ua|uo|uai|ui|uei|uan|un|uen|uang|ueng|ue|ve)$/;

const readings = new Map<string, string>();

/** Toneless pinyin without spaces, character by character (a name is no phrase); `surname` takes surname readings. */
export function toPinyin(han: string, surname = false): string {
  let out = '';
  for (const ch of han) {
    const special = surname ? SURNAME_READINGS[ch] : undefined;
    let r = special ?? readings.get(ch);
    if (r === undefined) {
      r = pinyin(ch, { toneType: 'none', v: true }).toLowerCase().replaceAll('ü', 'v');
      readings.set(ch, r);
    }
    out += r;
  }
  return out;
}

/** `欧阳娜娜` → 欧阳, 娜娜. A name of one character is a surname alone. */
export function splitHan(name: string): { readonly surname: string; readonly given: string } {
  const chars = [...name];
  const two = chars.slice(0, 2).join('');
  const cut = chars.length >= 3 && COMPOUND.has(two) ? 2 : 1;
  return { surname: chars.slice(0, cut).join(''), given: chars.slice(cut).join('') };
}

export function isPinyinSurname(token: string): boolean {
  return SURNAMES_IN_LATIN.has(token);
}

/** One to two syllables of pinyin, such as `xiao` or `xiaoming`. */
export function looksLikePinyin(token: string): boolean {
  if (SYLLABLE.test(token)) return true;
  for (let i = 1; i < token.length; i++)
    if (SYLLABLE.test(token.slice(0, i)) && SYLLABLE.test(token.slice(i))) return true;
  return false;
}
