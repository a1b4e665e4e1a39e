import type { Random } from './person.js';
import { digits, pick, upTo } from './random.js';

/** Administrative division codes of the firm's cities. */
const REGIONS = ['110105', '310104', '310115', '440305', '440106', '330106', '320102', '510107', '420106', '500103'];
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** A resident identity number of 18 characters (GB 11643): region, birth date, sequence (odd for men), check. */
export function residentNumber(birthDate: string, sex: 0 | 1, r: Random): string {
  const body = pick(REGIONS, r) + birthDate + digits(upTo(499, r) * 2 + (sex === 0 ? 1 : 2), 3);
  return body + checkCharacter(body);
}

/** The old 15-digit spelling of the same number; those born after 1999 never had one. */
export function oldNumber(resident: string): string | undefined {
  return resident.startsWith('19', 6) ? resident.slice(0, 6) + resident.slice(8, 17) : undefined;
}

export function passportNumber(index: number, r: Random): string {
  return pick([...'EGHPK'], r) + digits((index * 7919 + 20_011) % 100_000_000, 8);
}

function checkCharacter(body: string): string {
  return '10X98765432'[WEIGHTS.reduce((sum, w, i) => sum + w * Number(body[i]), 0) % 11]!;
}
