import { IDENTITY_KEYS, type IdentityKeyType } from '#canonical';
import { TELLING } from '../profile/kinds.js';

/**
 * What a firm may limit: kinds of value, and kinds of key that systems give out. A phone, a browser or a document is
 * the same whether it is a value or a key, and is limited as a value.
 */
export const LIMITED: readonly string[] = [
  ...TELLING,
  ...(Object.keys(IDENTITY_KEYS) as IdentityKeyType[]).filter((t) => IDENTITY_KEYS[t].holder),
];
