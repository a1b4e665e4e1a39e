import { Injectable } from '@nestjs/common';
import { mask } from '#access';
import { Client } from '#clients';
import { Database } from '#platform';
import type { Profile, Profiles } from '#webhooks';

/** Clients as full bodies of webhooks show them: masked, except for the personal fields that the endpoint may have. */
@Injectable()
export class ClientProfiles implements Profiles {
  constructor(private readonly db: Database) {}

  async load(clientIds: readonly string[], reveal: readonly string[]): Promise<Map<string, Profile>> {
    const rows = await this.db.manager
      .createQueryBuilder(Client, 'c')
      .where('c.id = any(:ids)', { ids: clientIds })
      .getMany();
    return new Map(rows.map((c) => [c.id, profileOf(c, new Set(reveal))]));
  }
}

function profileOf(c: Client, reveal: ReadonlySet<string>): Profile {
  function shown<T>(field: string, value: T, masked: (v: T) => T): T {
    return reveal.has(field) ? value : masked(value);
  }
  const fields = {
    kind: c.kind,
    name: shown('name', c.name, (v) => mask.name(v)),
    nameLatin: shown('nameLatin', c.nameLatin, (v) => mask.name(v)),
    idDocumentType: c.idDocumentType,
    birthDate: shown('birthDate', c.birthDate, (v) => mask.day(v)),
    gender: c.gender,
    occupation: c.occupation,
    phones: shown('phones', c.phones, (all) => all.map((v) => mask.phone(v))),
    emails: shown('emails', c.emails, (all) => all.map((v) => mask.email(v))),
    address: shown('address', c.address, (a) => (a === null ? null : '***')),
    status: c.status,
    tier: c.tier,
    riskLevel: c.riskLevel,
    branch: c.branch,
    manager: c.manager,
    opened: c.opened,
    attributes: Object.fromEntries(Object.entries(c.attributes).map(([name, v]) => [name, mask.text(v)])),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, v]) => v !== null));
}
