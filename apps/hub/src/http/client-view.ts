import { mask } from '#access';
import type { Client } from '#clients';
import { publicId } from '#platform';
import { z } from 'zod';
import { iso, timestamp } from './schemas.js';

/** A client as lists show it. */
export const clientView = z
  .object({
    id: z.string(),
    kind: z.string().nullable(),
    name: z.string().nullable(),
    nameLatin: z.string().nullable(),
    idDocumentType: z.string().nullable(),
    birthDate: z.string().nullable(),
    gender: z.string().nullable(),
    occupation: z.string().nullable(),
    phones: z.array(z.string()),
    emails: z.array(z.string()),
    status: z.string(),
    tier: z.string().nullable(),
    riskLevel: z.string().nullable(),
    branch: z.string().nullable(),
    manager: z.string().nullable(),
    opened: z.string().nullable(),
    hasIdDocument: z.boolean(),
    attributes: z.record(z.string(), z.string()),
    version: z.int(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Client', description: 'Personal fields are masked' });

export function viewClient(c: Client) {
  return {
    id: publicId('cli', c.id),
    kind: c.kind,
    name: mask.name(c.name),
    nameLatin: mask.name(c.nameLatin),
    idDocumentType: c.idDocumentType,
    birthDate: mask.day(c.birthDate),
    gender: c.gender,
    occupation: c.occupation,
    phones: c.phones.map((p) => mask.phone(p)),
    emails: c.emails.map((e) => mask.email(e)),
    status: c.status,
    tier: c.tier,
    riskLevel: c.riskLevel,
    branch: c.branch,
    manager: c.manager,
    opened: c.opened,
    hasIdDocument: c.idDocument !== null,
    attributes: c.attributes,
    version: c.version,
    createdAt: iso(c.createdAt),
    updatedAt: iso(c.updatedAt),
  };
}
