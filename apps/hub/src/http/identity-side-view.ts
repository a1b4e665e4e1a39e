import { mask } from '#access';
import { IDENTITY_KEYS, type IdentityKeyType } from '#canonical';
import type { IdentitySide } from '#identity';
import { z } from 'zod';

const identityTypes = Object.keys(IDENTITY_KEYS) as [IdentityKeyType, ...IdentityKeyType[]];

export const sideView = z
  .object({
    identity: z.object({ type: z.enum(identityTypes), key: z.string() }),
    kind: z.string().nullable(),
    name: z.string().nullable(),
    nameLatin: z.string().nullable(),
    birthDate: z.string().nullable(),
    gender: z.string().nullable(),
    occupation: z.string().nullable(),
    phones: z.array(z.string()),
    emails: z.array(z.string()),
    branch: z.string().nullable(),
    manager: z.string().nullable(),
    opened: z.string().nullable(),
    hasIdDocument: z.boolean(),
  })
  .meta({ id: 'IdentitySide', description: 'What is stated of one identity; personal fields are masked' });
export const plainSide = z
  .object({
    name: z.string().nullable(),
    nameLatin: z.string().nullable(),
    birthDate: z.string().nullable(),
    phones: z.array(z.string()),
    emails: z.array(z.string()),
    address: z.string().nullable(),
  })
  .meta({ id: 'RevealedSide' });

export function viewSide({ type, key, fields: f }: IdentitySide): z.input<typeof sideView> {
  return {
    identity: { type, key: mask.key(key) },
    kind: f.kind ?? null,
    name: mask.name(f.name ?? null),
    nameLatin: mask.name(f.nameLatin ?? null),
    birthDate: mask.day(f.birthDate ?? null),
    gender: f.gender ?? null,
    occupation: f.occupation ?? null,
    phones: (f.phones ?? []).map((p) => mask.phone(p)),
    emails: (f.emails ?? []).map((e) => mask.email(e)),
    branch: f.branch ?? null,
    manager: f.manager ?? null,
    opened: f.opened ?? null,
    hasIdDocument: f.idDocument !== undefined,
  };
}

export function viewPlainSide({ fields: f }: IdentitySide): z.input<typeof plainSide> {
  return {
    name: f.name ?? null,
    nameLatin: f.nameLatin ?? null,
    birthDate: f.birthDate ?? null,
    phones: f.phones ?? [],
    emails: f.emails ?? [],
    address: f.address ?? null,
  };
}
