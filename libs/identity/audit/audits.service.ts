import { Injectable } from '@nestjs/common';
import { Database, platformErrors, type Tx, uuidv7 } from '#platform';
import { type Decided, Decisions, type Said } from '../decide/decisions.service.js';
import { type IdentitySide, sidesOf } from '../decide/identity-side.js';
import { identityErrors } from '../identity.errors.js';
import type { Judged } from '../model/calibrate.js';
import { weightsMark } from '../model/weights-mark.js';
import { ActiveModel } from '../models/active-model.js';
import { Models } from '../models/models.service.js';
import { loadProfiles } from '../resolve/components.js';
import type { EvidencePart } from '../resolve/matcher.js';
import {
  ANSWER_PAIR,
  INSERT_PAIRS,
  LIST_AUDITS,
  LOCK_PAIR,
  SELECT_AUDIT,
  SELECT_PAIR,
  SELECT_PAIRS,
} from './audits.sql.js';
import { type Drawn, drawPairs } from './draw.js';
import { type Answer, type AnsweredPair, type AuditResult, resultOf } from './result.js';
import { CERTAIN, type Stratum } from './strata.js';

export interface AuditRow {
  readonly id: string;
  /** The model in force when it was drawn; 0 is the shipped one. */
  readonly modelVersion: number;
  readonly weights: string;
  readonly scale: number;
  readonly offset: number;
  readonly link: number;
  readonly review: number;
  readonly seed: number;
  readonly strata: readonly Stratum[];
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly pairs: number;
  readonly answered: number;
  /** Not answered, and not to be answered any more. */
  readonly gone: number;
}

export interface AuditPairRow extends AnsweredPair {
  readonly n: number;
  readonly a: number;
  readonly b: number;
  readonly weight: number;
  readonly answeredBy: string | null;
  readonly answeredAt: Date | null;
}

/** The decision that would make the hub do what a person said of a pair; null when it does, or nothing was said. */
export type Offer = 'together' | 'apart' | null;

export interface AuditPairView extends AuditPairRow {
  readonly offer: Offer;
  /** Undefined when the pair is gone. */
  readonly shown:
    | { readonly left: IdentitySide; readonly right: IdentitySide; readonly evidence: readonly EvidencePart[] }
    | undefined;
}

/** A sample that is to be drawn, with the model that it is drawn under. */
export interface AuditDraft extends Drawn {
  readonly seed: number;
  readonly model: Pick<AuditRow, 'modelVersion' | 'weights' | 'scale' | 'offset' | 'link' | 'review'>;
}

/** Parts of the evidence that tell what the model made of the others. */
const TOLD_BY_THE_MODEL: ReadonlySet<string> = new Set(['prior', 'relatives', 'guard']);

/**
 * Samples of pairs that people judge without knowing what the model says of them. An answer measures and changes nothing;
 * where the hub does otherwise, it may be made a decision as well. Two people may answer one pair: the last answer stands.
 */
@Injectable()
export class Audits {
  constructor(
    private readonly db: Database,
    private readonly models: Models,
    private readonly active: ActiveModel,
    private readonly decisions: Decisions,
  ) {}

  /** Draws a sample from the pairs that the model in force weighs. @throws AUDIT_WHILE_SETTLING, AUDIT_NOTHING_TO_DRAW. */
  async draw(wanted: number, seed: number): Promise<AuditDraft> {
    const { version, model } = await this.models.active();
    const settling = (await this.models.list()).find((m) => m.task === 'reconcile');
    if (settling) throw identityErrors.AUDIT_WHILE_SETTLING({ version: settling.version });
    const drawn = await drawPairs(this.db, model, wanted, seed);
    if (drawn.pairs.length === 0) throw identityErrors.AUDIT_NOTHING_TO_DRAW();
    const { link, review } = model.thresholds;
    const read = { modelVersion: version, weights: weightsMark(model), ...model.calibration, link, review };
    return { ...drawn, seed, model: read };
  }

  /** Keeps a sample that was drawn. @returns its id. */
  async start(tx: Tx, { seed, strata, pairs, model }: AuditDraft, by: string): Promise<string> {
    const id = uuidv7();
    await tx.query(
      `insert into identity_audit (id, model_version, weights, scale, "offset", link, review, seed, strata, created_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        id,
        model.modelVersion,
        model.weights,
        model.scale,
        model.offset,
        model.link,
        model.review,
        seed,
        JSON.stringify(strata),
        by,
      ],
    );
    await tx.query(INSERT_PAIRS, [
      id,
      pairs.map((_, i) => i + 1),
      pairs.map((p) => p.a),
      pairs.map((p) => p.b),
      pairs.map((p) => p.bits),
      pairs.map((p) => p.stratum),
      pairs.map((p) => p.weight),
    ]);
    return id;
  }

  /** Newest first, after the audit `after`. */
  list(limit: number, after?: string): Promise<AuditRow[]> {
    return this.db.query<AuditRow>(LIST_AUDITS, [limit, after ?? null]);
  }

  /** @throws NOT_FOUND. */
  async get(id: string): Promise<AuditRow> {
    const [row] = await this.db.query<AuditRow>(SELECT_AUDIT, [id]);
    if (!row) throw platformErrors.NOT_FOUND({ what: 'audit', id });
    return row;
  }

  /** In the order in which they are shown. */
  pairs(id: string): Promise<AuditPairRow[]> {
    return this.db.query<AuditPairRow>(SELECT_PAIRS, [id]);
  }

  /** One pair with what each of the two states, and what was compared; not how it was weighed. @throws NOT_FOUND. */
  async pair(id: string, n: number): Promise<AuditPairView> {
    return this.db.tx(async (tx) => {
      const { linked, ...row } = await this.row(tx, id, n);
      const offer = offerOf(linked, row.answer);
      const profiles = await loadProfiles(tx, [row.a, row.b]);
      const [x, y] = [profiles.get(row.a), profiles.get(row.b)];
      if (!x || !y) return { ...row, offer, shown: undefined };
      const [left, right] = await sidesOf(tx, [row.a, row.b]);
      const matcher = await this.active.matcher(tx);
      const evidence = matcher.explain([x], [y]).parts.filter((p) => !TOLD_BY_THE_MODEL.has(p.comparison));
      return { ...row, offer, shown: { left: left!, right: right!, evidence } };
    });
  }

  /**
   * Notes what a person says of a pair; null takes an answer back.
   *
   * @returns the answer before, and what may be decided.
   * @throws NOT_FOUND, AUDIT_PAIR_GONE.
   */
  async answer(
    tx: Tx,
    id: string,
    n: number,
    answer: Answer | null,
    by: string,
  ): Promise<{ readonly before: Answer | null; readonly offer: Offer }> {
    const row = await this.row(tx, id, n, true);
    if (row.gone && answer !== null) throw identityErrors.AUDIT_PAIR_GONE({ n });
    await tx.query(ANSWER_PAIR, [id, n, answer, by]);
    return { before: row.answer, offer: offerOf(row.linked, answer) };
  }

  /** Makes the answer of a pair a decision. @throws NOT_FOUND, AUDIT_PAIR_GONE, AUDIT_NOT_JUDGED. */
  async decide(tx: Tx, id: string, n: number, said: Said): Promise<Decided> {
    const row = await this.row(tx, id, n);
    if (row.gone) throw identityErrors.AUDIT_PAIR_GONE({ n });
    if (row.answer === null || row.answer === 'cannot_tell') throw identityErrors.AUDIT_NOT_JUDGED({ n });
    return this.decisions.judge(tx, row.answer, row.a, row.b, said);
  }

  /** @throws NOT_FOUND. */
  async result(id: string): Promise<AuditResult> {
    const audit = await this.get(id);
    return resultOf(audit.strata, await this.pairs(id), audit.link, audit);
  }

  /**
   * What a calibration learns from: the pairs that people could tell of, from review up to where pairs are certain. Of
   * certain ones nothing is learned: they all say the same, and one slip of a finger among them would turn the curve over.
   *
   * @throws NOT_FOUND.
   */
  async judged(id: string): Promise<AuditRow & { readonly judged: readonly Judged[] }> {
    const audit = await this.get(id);
    const told = (await this.pairs(id)).filter((p) => p.answer === 'same' || p.answer === 'different');
    const judged = audit.strata.flatMap((s, i) => {
      const here = s.from < audit.review || s.from >= CERTAIN ? [] : told.filter((p) => p.stratum === i);
      return here.map((p): Judged => ({ bits: p.bits, same: p.answer === 'same', weight: s.pairs / here.length }));
    });
    return { ...audit, judged };
  }

  private async row(
    tx: Tx,
    id: string,
    n: number,
    locked = false,
  ): Promise<AuditPairRow & { readonly linked: boolean }> {
    const [row] = await tx.query<AuditPairRow & { linked: boolean }>(locked ? LOCK_PAIR : SELECT_PAIR, [id, n]);
    if (!row) throw platformErrors.NOT_FOUND({ what: 'pair', id: n });
    return row;
  }
}

function offerOf(linked: boolean, answer: Answer | null): Offer {
  if (answer === 'different' && linked) return 'apart';
  return answer === 'same' && !linked ? 'together' : null;
}
