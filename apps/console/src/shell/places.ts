import type { SessionScopesItem } from '../api/generated/hub.schemas.js';

export interface Place {
  readonly path: string;
  /** Its name: `place.<word>`. */
  readonly word: 'loop' | 'clients' | 'review' | 'developers' | 'keys';
  /** The second key of the shortcut `g …`. */
  readonly key: string;
  /** Who may not do this is not shown the way. */
  readonly needs: SessionScopesItem;
}

/** The pages that the bar leads to, in its order. */
export const PLACES: readonly Place[] = [
  { path: '/', word: 'loop', key: 'l', needs: 'read' },
  { path: '/clients', word: 'clients', key: 'c', needs: 'read' },
  { path: '/review', word: 'review', key: 'm', needs: 'read' },
  { path: '/developers', word: 'developers', key: 'd', needs: 'read' },
  { path: '/keys', word: 'keys', key: 'k', needs: 'admin' },
];

/** Whether a path belongs to a place: `/clients/…` does to `/clients`. */
export function isIn(place: Place, path: string): boolean {
  return path === place.path || (place.path !== '/' && path.startsWith(`${place.path}/`));
}
