import type { FirmAndHub } from './firm-and-hub.js';
import type { TruePerson } from './processes.js';

interface Known {
  readonly type: string;
  readonly key: string;
  readonly client: string;
  readonly features: {
    readonly names?: readonly { readonly given?: string; readonly surname?: string }[];
    readonly values?: Readonly<Record<string, readonly string[]>>;
    readonly identifiers?: Readonly<Record<string, readonly { whole: string; valid?: boolean }[]>>;
  } | null;
  readonly holders: readonly number[];
  readonly id: number;
}

export interface TruthQuality {
  /** Of the pairs of records that are one client, the share that is one person. */
  readonly precision: number;
  /** Of the pairs of one person that their records are enough to link, the share that is one client. */
  readonly recall: number;
  readonly joined: number;
  readonly linkable: number;
  /** Pairs that are one client and two people, as keys. */
  readonly wrong: readonly string[];
  /** Pairs that can be linked and are not, as keys. */
  readonly missed: readonly string[];
}

/** How well a hub knows the people of a pretend firm, over all pairs of its customers, users, contacts and subscribers. */
export async function qualityOf(both: FirmAndHub): Promise<TruthQuality> {
  const known = await both.hub.query<Known>(
    `select i.id::int, i.type, i.key, i.client_id as client, p.features,
       array(select b::int from identity_edge where a = i.id union select a::int from identity_edge where b = i.id) as holders
     from source_identity i left join match_profile p on p.identity_id = i.id
     where i.type in ('customer_no', 'user_id', 'contact_no', 'subscriber_no')`,
  );
  const personOf = peopleByKey(both.simulator.truth.people);
  let [joined, right, linkable, linked] = [0, 0, 0, 0];
  const wrong: string[] = [];
  const missed: string[] = [];
  for (let i = 0; i < known.length; i++)
    for (let j = i + 1; j < known.length; j++) {
      const [a, b] = [known[i]!, known[j]!];
      const together = a.client === b.client;
      const same = personOf.get(`${a.type} ${a.key}`) === personOf.get(`${b.type} ${b.key}`);
      if (!together && !same) continue;
      const pair = `${a.type} ${a.key} / ${b.type} ${b.key}`;
      if (together) joined++;
      if (together && same) right++;
      if (together && !same) wrong.push(pair);
      if (!same || !canBeLinked(a, b)) continue;
      linkable++;
      if (together) linked++;
      else missed.push(pair);
    }
  return { precision: right / joined, recall: linked / linkable, joined, linkable, wrong, missed };
}

function peopleByKey(people: readonly TruePerson[]): Map<string, number> {
  const personOf = new Map<string, number>();
  for (const p of people) {
    for (const no of p.customerNos) personOf.set(`customer_no ${no}`, p.index);
    if (p.userId !== undefined) personOf.set(`user_id ${p.userId}`, p.index);
    if (p.contactNo !== undefined) personOf.set(`contact_no ${p.contactNo}`, p.index);
    if (p.subscriberNo !== undefined) personOf.set(`subscriber_no ${p.subscriberNo}`, p.index);
  }
  return personOf;
}

/**
 * What the records hold is enough to know: one names the other's number, both state one document, or both state one
 * whole name, in whatever script, and share a phone or an address. A placeholder is no value; 王先生 is no whole name.
 */
function canBeLinked(a: Known, b: Known): boolean {
  if (a.holders.includes(b.id)) return true;
  const [x, y] = [a.features, b.features];
  if (!x || !y) return false;
  const shares = (slot: string) => (x.values?.[slot] ?? []).some((v) => y.values?.[slot]?.includes(v));
  const document = (x.identifiers?.['idNumber'] ?? []).some(
    (d) => d.valid !== false && y.identifiers?.['idNumber']?.some((e) => e.whole === d.whole),
  );
  const oneName = (x.names ?? []).some(
    (n) => n.given !== undefined && (y.names ?? []).some((m) => m.given === n.given && m.surname === n.surname),
  );
  return document || (oneName && (shares('phone') || shares('email')));
}
