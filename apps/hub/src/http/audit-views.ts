import {
  ANSWERS,
  type AuditPairRow,
  type AuditPairView,
  type AuditResult,
  type AuditRow,
  comparisonWords,
  levelWords,
} from '#identity';
import { publicId } from '#platform';
import { z } from 'zod';
import { plainSide, sideView, viewSide } from './identity-side-view.js';
import { words } from './identity-views.js';
import { count, iso, timestamp } from './schemas.js';

export const answer = z.enum(ANSWERS);
const share = z.number().min(0).max(1);
const interval = z.object({ share, low: share, high: share });

export const auditView = z
  .object({
    id: z.string(),
    model: z.int(),
    link: z.number(),
    review: z.number(),
    seed: z.int(),
    pairs: count,
    answered: count,
    gone: count,
    createdBy: z.string(),
    createdAt: timestamp,
  })
  .meta({
    id: 'IdentityAudit',
    description:
      'A random sample of the pairs that model `model` weighed; `gone`: not answered, and nothing is known of one any more',
  });
const pairState = {
  n: z.int(),
  answer: answer.nullable(),
  answeredBy: z.string().nullable(),
  answeredAt: timestamp.nullable(),
  gone: z.boolean(),
};
export const auditDetailView = auditView
  .extend({ sample: z.array(z.object(pairState)) })
  .meta({ id: 'IdentityAuditDetail', description: 'An audit with its pairs, in the order in which they are shown' });

export const revealedPairView = z.object({ left: plainSide, right: plainSide }).meta({ id: 'RevealedAuditPair' });
export const auditPairView = z
  .object({
    ...pairState,
    offer: z.enum(['together', 'apart']).nullable(),
    left: sideView.nullable(),
    right: sideView.nullable(),
    evidence: z.array(z.object({ comparison: z.string(), comparisonText: words, level: z.string(), levelText: words })),
  })
  .meta({
    id: 'IdentityAuditPair',
    description:
      'Two identities side by side, and what was compared; not what the hub makes of them. `offer`: the decision by which the hub would follow the answer',
  });
export const answeredView = z
  .object({ answer: answer.nullable(), before: answer.nullable(), offer: z.enum(['together', 'apart']).nullable() })
  .meta({ id: 'AuditPairAnswered' });

export const auditResultView = z
  .object({
    text: words,
    links: z.object({ pairs: count, told: count, expected: share.nullable(), found: interval.nullable() }),
    strata: z.array(
      z.object({
        from: share,
        to: share,
        pairs: count,
        drawn: count,
        same: count,
        different: count,
        cannotTell: count,
        gone: count,
        open: count,
        expected: share.nullable(),
        found: interval.nullable(),
      }),
    ),
  })
  .meta({
    id: 'IdentityAuditResult',
    description:
      'What people found, beside what was expected; of all links, null where too few pairs were told. `found` is a share with its 95 % interval; strata are bounded by probabilities of the model at the time',
  });

export function viewAudit(a: AuditRow): z.input<typeof auditView> {
  const { modelVersion, link, review, seed, pairs, answered, gone, createdBy } = a;
  return {
    id: publicId('aud', a.id),
    model: modelVersion,
    link,
    review,
    seed,
    pairs,
    answered,
    gone,
    createdBy,
    createdAt: iso(a.createdAt),
  };
}

export function viewPairState({ n, answer: said, answeredBy, answeredAt, gone }: AuditPairRow) {
  return { n, answer: said, answeredBy, answeredAt: iso(answeredAt), gone };
}

export function viewAuditPair(p: AuditPairView): z.input<typeof auditPairView> {
  return {
    ...viewPairState(p),
    offer: p.offer,
    left: p.shown ? viewSide(p.shown.left) : null,
    right: p.shown ? viewSide(p.shown.right) : null,
    evidence: (p.shown?.evidence ?? []).map(({ comparison, level }) => ({
      comparison,
      comparisonText: comparisonWords(comparison),
      level,
      levelText: levelWords(level),
    })),
  };
}

export function viewResult(r: AuditResult): z.input<typeof auditResultView> {
  return {
    text: r.text,
    links: { ...r.links, expected: fine(r.links.expected), found: fineShare(r.links.found) },
    strata: r.strata.map((s) => ({ ...s, expected: fine(s.expected), found: fineShare(s.found) })),
  };
}

function fine(x: number): number;
function fine(x: number | null): number | null;
function fine(x: number | null): number | null {
  return x === null ? null : Number(x.toFixed(5));
}

function fineShare(s: AuditResult['links']['found']) {
  return s && { share: fine(s.share), low: fine(s.low), high: fine(s.high) };
}
