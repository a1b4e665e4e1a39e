import { mask } from '#access';
import { IDENTITY_KEYS, type IdentityKey, type IdentityKeyType } from '#canonical';
import {
  causeWords,
  comparisonWords,
  type DecisionView,
  type Evidence,
  levelWords,
  type LimitHit,
  limitWords,
  type Resolution,
  type ReviewRow,
} from '#identity';
import { publicId } from '#platform';
import { z } from 'zod';
import { count, iso, timestamp } from './schemas.js';

export const words = z.object({ en: z.string(), zh: z.string() });
const identityTypes = Object.keys(IDENTITY_KEYS) as [IdentityKeyType, ...IdentityKeyType[]];

export const evidenceView = z
  .object({
    bits: z.number(),
    probability: z.number().min(0).max(1),
    parts: z.array(
      z.object({
        comparison: z.string(),
        comparisonText: words,
        level: z.string(),
        levelText: words,
        bits: z.number(),
      }),
    ),
  })
  .meta({ id: 'MatchEvidence', description: 'What speaks for two being one, in bits, and what against' });

export const limitHitView = z
  .object({
    name: z.string(),
    nameText: words,
    most: count,
    found: count,
    left: z.array(z.string()),
    right: z.array(z.string()),
  })
  .meta({
    id: 'LimitHit',
    description:
      'A limit that two clients would exceed as one: what is limited, how many there would be, who has which',
  });

/** An identity as a choice or a list shows it; its key is masked. */
export const identityView = z
  .object({
    id: z.int(),
    type: z.enum(identityTypes),
    key: z.string(),
    client: z.string(),
  })
  .meta({ id: 'Identity' });

export const cardView = z
  .object({
    client: z.string(),
    formerIds: z.array(z.string()),
    identities: z.array(
      z.object({
        id: z.int(),
        type: z.enum(identityTypes),
        key: z.string(),
        firstSeen: timestamp,
        rows: z.array(z.object({ system: z.string(), stream: z.string(), key: z.string() })),
        flags: z.array(z.object({ slot: z.string(), slotText: words, fault: z.string() })),
        via: z
          .object({
            from: z.int(),
            kind: z.enum(['stated', 'scored', 'decided']),
            bits: z.number().nullable(),
            evidence: evidenceView.nullable(),
          })
          .nullable(),
      }),
    ),
    history: z.array(
      z.object({
        at: timestamp,
        kind: z.enum(['merged', 'split']),
        from: z.string(),
        into: z.string(),
        cause: z.string(),
      }),
    ),
  })
  .meta({ id: 'IdentityCard', description: 'Which identities a client is, and why' });

const passage = z.object({ from: z.string(), into: z.string() });

export const campaignTouched = z.object({
  id: z.string(),
  code: z.string(),
  name: z.string(),
  state: z.string(),
  clients: count,
});

export const changesView = z
  .object({
    decisions: z.array(z.string()),
    dryRun: z.boolean(),
    created: z.array(z.string()),
    merged: z.array(passage),
    split: z.array(passage),
    clients: z.array(z.object({ id: z.string(), identities: z.array(z.int()) })),
    campaigns: z.array(campaignTouched),
  })
  .meta({ id: 'IdentityChanges', description: 'What a decision did, or would do' });

export const decisionView = z
  .object({
    id: z.string(),
    verdict: z.enum(['same', 'different']),
    reason: z.string(),
    source: z.enum(['merge', 'unmerge', 'review']),
    state: z.enum(['standing', 'superseded', 'revoked']),
    decidedBy: z.string(),
    decidedAt: timestamp,
    revokedBy: z.string().nullable(),
    revokedAt: timestamp.nullable(),
    supersededBy: z.string().nullable(),
    left: z.array(identityView),
    right: z.array(identityView),
  })
  .meta({ id: 'IdentityDecision' });

export const reviewRowView = z
  .object({
    id: z.string(),
    cause: z.string(),
    causeText: words,
    bits: z.number().nullable(),
    openedAt: timestamp,
    laterUntil: timestamp.nullable(),
    left: z.object({ client: z.string(), name: z.string().nullable(), identity: z.int() }),
    right: z.object({ client: z.string(), name: z.string().nullable(), identity: z.int() }),
  })
  .meta({ id: 'ReviewPair' });

export function viewEvidence(e: Evidence): z.input<typeof evidenceView> {
  return {
    bits: round(e.bits),
    probability: e.probability,
    parts: e.parts.map((p) => ({
      comparison: p.comparison,
      comparisonText: comparisonWords(p.comparison),
      level: p.level,
      levelText: levelWords(p.level),
      bits: round(p.bits),
    })),
  };
}

/** @param show how a value is shown: masked, where nobody asked for it with a reason. */
export function viewLimitHit(
  h: LimitHit,
  show: (kind: string, value: string) => string = maskValue,
): z.input<typeof limitHitView> {
  const { name, most } = h;
  const side = (values: readonly string[]) => values.map((v) => show(name, v));
  const found = new Set([...h.left, ...h.right]).size;
  return { name, nameText: limitWords(name), most, found, left: side(h.left), right: side(h.right) };
}

/** A value of a kind, or a key, so that it can be recognised. */
export function maskValue(kind: string, value: string): string {
  if (kind === 'phone') return mask.phone(value);
  return kind === 'email' ? mask.email(value) : mask.key(value);
}

export function viewIdentity(i: IdentityKey & { readonly id: number; readonly clientId: string }) {
  return { id: i.id, type: i.type, key: mask.key(i.key), client: publicId('cli', i.clientId) };
}

export function viewDecision(d: DecisionView): z.input<typeof decisionView> {
  return {
    id: publicId('dec', d.id),
    verdict: d.verdict,
    reason: d.reason,
    source: d.source as z.input<typeof decisionView>['source'],
    state: d.revokedAt !== null ? 'revoked' : d.supersededBy !== null ? 'superseded' : 'standing',
    decidedBy: d.decidedBy,
    decidedAt: iso(d.decidedAt),
    revokedBy: d.revokedBy,
    revokedAt: iso(d.revokedAt),
    supersededBy: d.supersededBy === null ? null : publicId('dec', d.supersededBy),
    left: d.left.map(viewIdentity),
    right: d.right.map(viewIdentity),
  };
}

export function viewReviewRow(
  r: ReviewRow,
  nameOf: (clientId: string) => string | null,
): z.input<typeof reviewRowView> {
  const side = (client: string, identity: number) => ({
    client: publicId('cli', client),
    name: nameOf(client),
    identity,
  });
  return {
    id: publicId('rev', r.id),
    cause: r.cause,
    causeText: causeWords(r.cause),
    bits: r.bits === null ? null : round(r.bits),
    openedAt: iso(r.openedAt),
    laterUntil: iso(r.laterUntil),
    left: side(r.aClient, r.a),
    right: side(r.bClient, r.b),
  };
}

export function viewPassages(passages: readonly { from: string; into: string }[]) {
  return passages.map((p) => ({ from: publicId('cli', p.from), into: publicId('cli', p.into) }));
}

export function viewChanges(c: Resolution) {
  const clients = [...Map.groupBy(c.clientOf, ([, client]) => client)];
  return {
    created: c.created.map((id) => publicId('cli', id)),
    merged: viewPassages(c.merged),
    split: viewPassages(c.split),
    clients: clients.map(([id, of]) => ({ id: publicId('cli', id), identities: of.map(([identity]) => identity) })),
  };
}

/** Every client that a change is about. */
export function clientsOf(c: Pick<Resolution, 'merged' | 'split'>): string[] {
  return [...new Set([...c.merged, ...c.split].flatMap((p) => [p.from, p.into]))];
}

function round(bits: number): number {
  return Math.round(bits * 100) / 100;
}
