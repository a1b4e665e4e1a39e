import { isMisspelt } from '../profile/kinds.js';
import { edits } from './similarity.js';
import type { Subject } from './value.js';

/** Shorter remains are alike by chance. */
const TELLING = 4;

/**
 * Whether two different addresses resemble each other only by a name that both parties have: james.ward.pod@… and
 * james.ward.u02@… are what two people called James Ward are given, and no evidence beyond the name.
 */
export function alikeByName(x: string, y: string, a: Subject, b: Subject): boolean {
  if (isMisspelt(x) || isMisspelt(y)) return false;
  const [atX, atY] = [x.indexOf('@'), y.indexOf('@')];
  let left = x.slice(0, atX);
  let right = y.slice(0, atY);
  const [wholeLeft, wholeRight] = [left, right];
  for (const subject of [a, b])
    for (const n of subject.names)
      for (const w of [n.given, n.surname, ...n.rest]) {
        if (w === undefined || w.latin.length < 2 || !left.includes(w.latin) || !right.includes(w.latin)) continue;
        left = left.replace(w.latin, '');
        right = right.replace(w.latin, '');
      }
  if (left === wholeLeft && right === wholeRight) return false;
  left = left.replaceAll(/[._-]/g, '');
  right = right.replaceAll(/[._-]/g, '');
  // The same name at what looks like the same host, misspelt; or something besides the name that agrees.
  if (left === '' && right === '') return edits(x.slice(atX), y.slice(atY), 1) > 1;
  if (left === right || (numbered(left) && numbered(right) && (left.includes(right) || right.includes(left))))
    return false;
  return Math.min(left.length, right.length) < TELLING || edits(left, right, 1) > 1;
}

/** Two digits are what people add of their own, and a slip beside them leaves them whole. */
function numbered(rest: string): boolean {
  return /\d\d/.test(rest);
}
