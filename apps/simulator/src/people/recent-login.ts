import type { Person } from './person.js';

/**
 * Whether the person uses the web site these days. Exactly these have a login within the last 14 days of history, and
 * only these log in while the firm is live; everybody else's logins are older. The user id of those planted to be near
 * misses by their login must be tied to their client number, or the login counts for nobody.
 */
export function recentLogin(person: Person): boolean {
  if (person.userId === undefined || person.atRisk) return false;
  return person.nearMiss === undefined ? person.draws.web < 0.5 : person.nearMiss === 'login';
}
