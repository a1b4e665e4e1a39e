import { isDay } from '#canonical';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK = '10X98765432';

/**
 * A resident identity number in its 18-character form (GB 11643-1999): a 15-digit one is widened, the birth date must
 * exist and the check character must be right. Undefined for anything else, placeholders included.
 */
export function chineseIdDocument(text: string): string | undefined {
  const plain = text.normalize('NFKC').replaceAll(/[\s-]/g, '').toUpperCase();
  if (/^\d{15}$/.test(plain)) {
    const wide = `${plain.slice(0, 6)}19${plain.slice(6)}`;
    return existingBirth(wide) ? wide + checkCharacter(wide) : undefined;
  }
  if (!/^[1-9]\d{16}[\dX]$/.test(plain) || !existingBirth(plain)) return undefined;
  return checkCharacter(plain) === plain[17] ? plain : undefined;
}

function existingBirth(id: string): boolean {
  return isDay(`${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`);
}

function checkCharacter(id: string): string {
  return CHECK[WEIGHTS.reduce((sum, w, i) => sum + w * Number(id[i]), 0) % 11]!;
}
