import { seededRandom } from '#identity';
import type { Table } from './identity-records.js';

const SURNAMES = [
  ...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈',
];
const GIVEN = [
  ...'伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂建华国文玉红志永春梅婷雪晨宇浩轩梓涵思雨佳欣子睿博峰鑫鹏飞琳璐倩',
];
const CITIES = ['杭州市', '宁波市', '上海市', '南京市', '苏州市', '深圳市', '广州市', '成都市', '武汉市', '厦门市'];
const ROADS = ['文三路', '解放路', '中山路', '人民路', '建国路', '学院路', '延安路', '体育场路', '凤起路', '天目山路'];
const HOSTS = ['qq.com', '163.com', '126.com', 'gmail.com', 'sina.com', 'outlook.com'];
const AREAS = ['330106', '330203', '310104', '320102', '440305', '510104', '420106', '350203'];
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

interface Person {
  name: string;
  born: string;
  sex: '男' | '女';
  id: string;
  phones: string[];
  email: string;
  city: string;
  address: string;
}

/**
 * A made-up brokerage: families that share a phone, a surname and an address; twins; frequent names; people who
 * change their phone or were given a new name; a trading counter, a call centre and a web shop that each hold
 * a part, with slips. Everything follows from the seed.
 */
export function brokerage(people: number, seed: number): Table {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() ** 1.6 * from.length)]!;
  const chance = (p: number) => random() < p;
  const digit = () => String(Math.floor(random() * 10));
  const phone = () => `1${pick(['38', '39', '58', '86', '35', '77'])}${Array.from({ length: 8 }, digit).join('')}`;
  const given = () => (chance(0.75) ? pick(GIVEN) + pick(GIVEN) : pick(GIVEN));
  const born = () =>
    `${1945 + Math.floor(random() * 60)}${two(1 + Math.floor(random() * 12))}${two(1 + Math.floor(random() * 28))}`;

  const person = (family?: Person): Person => {
    const sex = chance(0.5) ? '男' : '女';
    const day = family !== undefined && chance(0.05) ? family.born : born();
    const surname = family !== undefined && chance(0.6) ? family.name[0]! : pick(SURNAMES);
    const first17 = `${pick(AREAS)}${day}${digit()}${digit()}${2 * Math.floor(random() * 5) + (sex === '男' ? 1 : 0)}`;
    const id = first17 + '10X98765432'[[...first17].reduce((s, d, i) => s + Number(d) * WEIGHTS[i]!, 0) % 11]!;
    const own = phone();
    return {
      name: surname + given(),
      born: day,
      sex,
      id,
      phones: family !== undefined && chance(0.5) ? [family.phones[0]!, own] : [own],
      email: `${Array.from({ length: 6 + Math.floor(random() * 4) }, digit).join('')}@${pick(HOSTS)}`,
      city: family?.city ?? pick(CITIES),
      address:
        family?.address ??
        `${pick(ROADS)}${1 + Math.floor(random() * 400)}号${1 + Math.floor(random() * 30)}幢${101 + Math.floor(random() * 900)}室`,
    };
  };

  const slip = (text: string) => {
    const i = Math.floor(random() * text.length);
    const c = /\d/.test(text[i]!) ? digit() : text[i]!;
    return chance(0.5) ? text.slice(0, i) + c + text.slice(i + 1) : text.slice(0, i) + text.slice(i + 1);
  };
  const rows: string[][] = [];
  const state = (p: Person, who: number) => {
    const records = 1 + Math.floor(random() * 4);
    for (let r = 0; r < records; r++) {
      const counter = r === 0 || chance(0.3);
      const web = !counter && chance(0.5);
      if (chance(0.04)) p = { ...p, phones: [phone(), ...p.phones] };
      if (chance(0.01)) p = { ...p, name: p.name[0]! + given() };
      let name = p.name;
      if (!counter && chance(0.06)) name = `${p.name[0]}${p.sex === '男' ? '先生' : '女士'}`;
      else if (chance(0.03)) name = name.slice(0, -1) + pick(GIVEN);
      const id = counter ? p.id : chance(0.2) ? p.id : '';
      rows.push([
        name,
        counter || chance(0.4)
          ? chance(0.02)
            ? slip(p.born)
            : `${p.born.slice(0, 4)}-${p.born.slice(4, 6)}-${p.born.slice(6)}`
          : '',
        chance(0.7) ? p.sex : '',
        chance(0.02) && id !== '' ? slip(id) : id,
        web && chance(0.3) ? '' : chance(0.02) ? slip(pick(p.phones)) : pick(p.phones),
        web || chance(0.3) ? (chance(0.03) ? slip(p.email) : p.email) : '',
        chance(0.5) ? p.city : '',
        chance(0.4) ? p.address : '',
        `p${who}`,
      ]);
    }
  };
  for (let who = 0; who < people;) {
    const head = person();
    const size = Math.min(people - who, chance(0.35) ? 2 + Math.floor(random() * 3) : 1);
    state(head, who++);
    for (let k = 1; k < size; k++) state(person(head), who++);
  }
  return {
    file: `brokerage of ${people} people, seed ${seed}`,
    columns: ['姓名', '出生日期', '性别', '证件号码', '手机', '邮箱', '城市', '地址', '真值'],
    rows,
  };
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}
