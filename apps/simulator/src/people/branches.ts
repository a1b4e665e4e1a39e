import type { Random } from './person.js';
import { digits, pick, upTo } from './random.js';

/** The firm's branches; the code begins the client numbers of the branch. */
export const BRANCHES = [
  { code: '1101', name: '北京望京营业部' },
  { code: '1102', name: '北京西四营业部' },
  { code: '3101', name: '上海江滨路营业部' },
  { code: '3102', name: '上海龙华营业部' },
  { code: '4401', name: '广州珠江新城营业部' },
  { code: '4403', name: '深圳前海营业部' },
  { code: '3301', name: '杭州文晖路营业部' },
  { code: '3201', name: '南京中山北路营业部' },
  { code: '5101', name: '成都天府营业部' },
  { code: '4201', name: '武汉东湖营业部' },
] as const;

const MANAGERS_PER_BRANCH = 12;

export function branchAndManager(r: Random): { code: string; branch: string; manager: string } {
  const { code, name } = pick(BRANCHES, r);
  return { code, branch: name, manager: `M${code}${digits(1 + upTo(MANAGERS_PER_BRANCH, r), 2)}` };
}
