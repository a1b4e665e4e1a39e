import { HIDDEN } from './roads/road.js';

const MOST = 40;
const LONGEST = 1000;
const BYTES = 8 * 1024;
/** What may hold a secret of the endpoint: its name is kept, its value is not. */
const SECRET = /cookie|auth(?!or)|token|secret|password|session|signature|credential|api-?key/i;

/** What the log keeps of the headers of an answer: at most 40, of 8 KiB in all, without the values of secret ones. */
export function answerHeaders(
  given: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  let left = BYTES;
  for (const [name, value] of Object.entries(given).slice(0, MOST)) {
    if (value === undefined) continue;
    const whole = Array.isArray(value) ? value.join(', ') : value;
    const shown = SECRET.test(name) ? HIDDEN : whole.length > LONGEST ? whole.slice(0, LONGEST) + HIDDEN : whole;
    left -= Buffer.byteLength(name) + Buffer.byteLength(shown);
    if (left < 0) break;
    kept[name] = shown;
  }
  return kept;
}
