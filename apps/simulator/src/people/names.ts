import type { Random } from './person.js';
import { pick } from './random.js';

/** Surname and its spelling in mail addresses, the commoner ones first. */
const SURNAMES =
  `王wang 李li 张zhang 刘liu 陈chen 杨yang 黄huang 赵zhao 吴wu 周zhou 徐xu 孙sun 马ma 朱zhu 胡hu 郭guo 何he 林lin 高gao
罗luo 郑zheng 梁liang 谢xie 宋song 唐tang 许xu 韩han 冯feng 邓deng 曹cao 彭peng 曾zeng 肖xiao 田tian 董dong 潘pan 袁yuan 蔡cai 蒋jiang
余yu 于yu 杜du 叶ye 程cheng 魏wei 苏su 吕lv 丁ding 任ren 卢lu 姚yao 沈shen 钟zhong 姜jiang 崔cui 谭tan 陆lu 范fan 汪wang 廖liao 石shi
金jin 韦wei 贾jia 夏xia 付fu 方fang 邹zou 熊xiong 白bai 孟meng 秦qin 邱qiu 侯hou 江jiang 尹yin 薛xue 闫yan 段duan 雷lei 龙long 黎li
史shi 陶tao 贺he 毛mao 郝hao 顾gu 龚gong 邵shao 欧阳ouyang 上官shangguan 司徒situ`
    .split(/\s+/)
    .map((entry) => /^(\P{ASCII}+)(\w+)$/u.exec(entry)!.slice(1) as [string, string]);

const MALE = [...'伟强军磊勇杰涛明超刚平辉鹏华飞波斌宇浩凯健俊帆帅旭宁龙林阳建志国文天海东振峰毅航博睿泽晨轩然哲霖𠮷'];
const FEMALE = [...'芳娜敏静丽艳娟霞燕玲丹萍红洁莉梅琳婷雪颖倩慧晶欣怡佳雨梦瑶琪璐菲悦萱雅诗涵婉蓉黛'];
const EITHER = [...'子安一思若嘉云清书元春秋月青'];

const FIRST_MALE =
  `James Oliver Henry Samuel Daniel Thomas Edward George Adam Victor Martin Peter Simon Philip Alan Owen`.split(' ');
const FIRST_FEMALE =
  `Alice Emma Grace Helen Laura Julia Claire Sophie Diana Nora Irene Ruth Hannah Judith Karen Lucy`.split(' ');
const LAST =
  `Carter Bennett Hughes Foster Palmer Spencer Ward Ellis Marsh Harding Doyle Fraser Lowe Pearce Quinn Barker Whitfield Ashdown Penrose Halloway`.split(
    ' ',
  );

export interface Name {
  readonly full: string;
  /** The family's part, to give to relatives. */
  readonly family: string;
  /** Latin letters for addresses and logins. */
  readonly latin: string;
}

/** @param family spelling and characters of a relative's family name, when they share it. */
export function chineseName(sex: 0 | 1, family: string | undefined, r: Random): Name {
  // Squared: the first surnames are the common ones.
  const at = Math.floor(r() ** 2 * SURNAMES.length);
  const [surname, latin] = SURNAMES.find(([s]) => s === family) ?? SURNAMES[at]!;
  const own = sex === 0 ? MALE : FEMALE;
  const given = r() < 0.25 ? pick(own, r) : pick(r() < 0.4 ? EITHER : own, r) + pick(own, r);
  return { full: surname + given, family: surname, latin };
}

export function englishName(sex: 0 | 1, family: string | undefined, r: Random): Name {
  const first = pick(sex === 0 ? FIRST_MALE : FIRST_FEMALE, r);
  const last = family !== undefined && LAST.includes(family) ? family : pick(LAST, r);
  return { full: `${first} ${last}`, family: last, latin: `${first}.${last}`.toLowerCase() };
}

/** The surname that a Chinese name begins with. */
export function surnameOf(name: string): string {
  return SURNAMES.find(([s]) => s.length > 1 && name.startsWith(s))?.[0] ?? [...name][0]!;
}

/** Another Chinese name in the same family; in families with two characters to a name, one of them is often shared. */
export function siblingName(of: Name, sex: 0 | 1, r: Random): Name {
  const family = surnameOf(of.full);
  const [first = '', second] = Array.from(of.full).slice(Array.from(family).length);
  const own = sex === 0 ? MALE : FEMALE;
  for (;;) {
    const given = second === undefined ? pick(own, r) : first + pick(own, r);
    if (family + given !== of.full)
      return { full: family + given, family, latin: SURNAMES.find(([s]) => s === family)?.[1] ?? of.latin };
  }
}
