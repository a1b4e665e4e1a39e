import { Injectable } from '@nestjs/common';
import { Database, platformErrors, publicId, type Tx } from '#platform';
import { calibrate, type Judged, LEAST_JUDGED, LEAST_OF_RARER } from '../model/calibrate.js';
import { DEFAULT_MODEL } from '../model/default-model.js';
import type { MatchModel } from '../model/model.js';
import { weightsMark } from '../model/weights-mark.js';
import { identityErrors } from '../identity.errors.js';
import { SHIPPED } from './active-model.js';
import { bestPrecision, linkOfPrecision, type WeightCounts } from './expectations.js';

export type ModelState = 'training' | 'ready' | 'active' | 'retired' | 'failed';
export type ModelTask = 'train' | 'preview' | 'reconcile';

export interface ModelRow {
  readonly version: number;
  readonly state: ModelState;
  readonly origin: Readonly<Record<string, unknown>>;
  readonly preview: ModelPreview | null;
  readonly previewedAt: Date | null;
  readonly task: ModelTask | null;
  readonly done: number;
  readonly total: number;
  readonly failure: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly activatedBy: string | null;
  readonly activatedAt: Date | null;
}

/** What a model would change. Lists hold the first thousand. */
export interface ModelPreview {
  readonly clients: number;
  readonly clientsAfter: number;
  readonly joining: readonly Passage[];
  readonly parting: readonly Passage[];
  readonly counts: {
    readonly joining: number;
    readonly parting: number;
    readonly review: number;
    readonly reviewNow: number;
  };
  /** Pairs of identities by weight under this model; what a threshold is expected to bring follows from it. */
  readonly weights?: WeightCounts;
}

export interface Passage {
  readonly from: string;
  readonly into: string;
}

/** What a person may set: how sure the hub must be, and the limits that guard it. */
export interface Tuning {
  /** Least probability at which two are joined: expected precision of the weakest link. */
  readonly link?: number | undefined;
  /** Instead of `link`: the share of all links that is to be right. Needs a preview of the version it starts from. */
  readonly precision?: number | undefined;
  /** Least probability at which a person is asked. */
  readonly review?: number | undefined;
  /** Most identities of one client that evidence may bring together. */
  readonly clusterLimit?: number | undefined;
  /** Most ties by which two identities of one client may stand apart. */
  readonly diameterLimit?: number | undefined;
  /** Most values of a kind that one client may have; null: no limit. Kinds that are not named stay as they are. */
  readonly valueLimits?: Readonly<Record<string, number | null>> | undefined;
  /** A value that more identities share leads to no candidates by itself. */
  readonly blockLimit?: number | undefined;
  /** Values that say nothing, by attribute: `phone`, `email`. They replace those of the model. */
  readonly blocked?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** What people said of the pairs of an audit, as far as a calibration learns from it. */
export interface JudgedAudit {
  readonly id: string;
  readonly modelVersion: number;
  /** Mark of the weights that it was drawn under. */
  readonly weights: string;
  readonly judged: readonly Judged[];
}

/** A flatter curve than this turns evidence into next to nothing. */
const LEAST_SCALE = 0.1;

const COLUMNS = `version, state, origin, preview, previewed_at as "previewedAt", task, done, total, failure,
  created_by as "createdBy", created_at as "createdAt", activated_by as "activatedBy", activated_at as "activatedAt"`;

/** Versions of the model: made, looked at, put in force. The work itself is done by `ModelWork`. */
@Injectable()
export class Models {
  constructor(private readonly db: Database) {}

  list(): Promise<ModelRow[]> {
    return this.db.query<ModelRow>(`select ${COLUMNS} from match_model order by version desc`);
  }

  /** @throws NOT_FOUND. */
  async get(version: number): Promise<ModelRow & { readonly model: MatchModel | null }> {
    const [row] = await this.db.query<ModelRow & { model: MatchModel | null }>(
      `select ${COLUMNS}, model from match_model where version = $1`,
      [version],
    );
    if (!row) throw platformErrors.NOT_FOUND({ what: 'model', id: version });
    return row;
  }

  /** The version in force; 0 is the one the product ships. */
  async active(): Promise<{ version: number; model: MatchModel }> {
    const [row] = await this.db.query<{ version: number; model: MatchModel }>(
      `select version, model from match_model where state = 'active'`,
    );
    return row ?? { version: SHIPPED, model: DEFAULT_MODEL };
  }

  /** A new version that is to be trained from the firm's own records. */
  async train(tx: Tx, by: string): Promise<number> {
    const version = await this.next(tx);
    await tx.query(
      `insert into match_model (version, state, task, origin, created_by) values ($1, 'training', 'train', '{}', $2)`,
      [version, by],
    );
    return version;
  }

  /**
   * A new version with other thresholds or limits than those of `from`.
   *
   * @throws NOT_FOUND, MODEL_NOT_READY, MODEL_NOT_MEASURED, PRECISION_OUT_OF_REACH, LINK_BELOW_REVIEW.
   */
  async tune(tx: Tx, from: number, tuning: Tuning, by: string): Promise<number> {
    const { model, preview } = from === SHIPPED ? { model: DEFAULT_MODEL, preview: null } : await this.ready(from);
    const version = await this.next(tx);
    const link =
      tuning.precision === undefined ? tuning.link : linkFor(tuning.precision, from, model, preview?.weights);
    const tuned: MatchModel = {
      ...model,
      version: String(version),
      thresholds: {
        ...model.thresholds,
        ...(link === undefined ? {} : { link }),
        ...(tuning.review === undefined ? {} : { review: tuning.review }),
      },
      limits: {
        ...model.limits,
        ...(tuning.clusterLimit === undefined ? {} : { cluster: tuning.clusterLimit }),
        ...(tuning.diameterLimit === undefined ? {} : { diameter: tuning.diameterLimit }),
        ...(tuning.blockLimit === undefined ? {} : { block: tuning.blockLimit }),
        values: limitsWith(model.limits.values, tuning.valueLimits),
      },
      ...(tuning.blocked === undefined ? {} : { hot: tuning.blocked }),
    };
    const { thresholds } = tuned;
    if (thresholds.link < thresholds.review) throw identityErrors.LINK_BELOW_REVIEW({ ...thresholds });
    await tx.query(
      `insert into match_model (version, state, model, origin, created_by) values ($1, 'ready', $2, $3, $4)`,
      [version, JSON.stringify(tuned), JSON.stringify({ from, tuned: tuning }), by],
    );
    return version;
  }

  /**
   * A new version with the weights of `from`, whose curve from bits to probability is fitted to what people said of the
   * pairs of an audit. Thresholds stay the probabilities they were.
   *
   * @param from absent: the version in force.
   * @throws NOT_FOUND, MODEL_NOT_READY, AUDIT_OF_OTHER_WEIGHTS, AUDIT_TOO_FEW, AUDIT_ONE_SIDED, AUDIT_AGAINST_EVIDENCE.
   */
  async calibrate(tx: Tx, audit: JudgedAudit, from: number | undefined, by: string): Promise<number> {
    const base = from ?? (await this.active()).version;
    const model = base === SHIPPED ? DEFAULT_MODEL : (await this.ready(base)).model;
    if (weightsMark(model) !== audit.weights)
      throw identityErrors.AUDIT_OF_OTHER_WEIGHTS({ audit: audit.modelVersion, version: base });
    const { judged } = audit;
    expectEnough(judged);
    const found = calibrate(judged, DEFAULT_MODEL.calibration);
    const calibration = { scale: Number(found.scale.toFixed(4)), offset: Number(found.offset.toFixed(4)) };
    if (calibration.scale < LEAST_SCALE) throw identityErrors.AUDIT_AGAINST_EVIDENCE({ scale: calibration.scale });
    const version = await this.next(tx);
    const calibrated: MatchModel = { ...model, version: String(version), calibration };
    const origin = {
      from: base,
      calibrated: { audit: publicId('aud', audit.id), answers: judged.length, ...calibration },
    };
    await tx.query(
      `insert into match_model (version, state, model, origin, created_by) values ($1, 'ready', $2, $3, $4)`,
      [version, JSON.stringify(calibrated), JSON.stringify(origin), by],
    );
    return version;
  }

  /** Asks for what a model would change. @throws NOT_FOUND, MODEL_NOT_READY. */
  async preview(tx: Tx, version: number): Promise<void> {
    await this.ready(version);
    await this.give(tx, version, 'preview');
  }

  /**
   * Puts a model in force; who is who under it is then computed step by step, while the hub goes on.
   *
   * @throws NOT_FOUND, MODEL_NOT_READY, MODEL_NOT_PREVIEWED.
   */
  async activate(tx: Tx, version: number, by: string): Promise<void> {
    const row = await this.ready(version);
    if (row.preview === null || (await this.outdated(tx, version)))
      throw identityErrors.MODEL_NOT_PREVIEWED({ version });
    await tx.query(`update match_model set state = 'retired' where state = 'active' and version <> $1`, [version]);
    await tx.query(
      `update match_model set state = 'active', activated_by = $2, activated_at = now() where version = $1`,
      [version, by],
    );
    await this.give(tx, version, 'reconcile');
  }

  /** A preview tells nothing of clients that came since: it is good for a week, and for one new client in a hundred. */
  private async outdated(tx: Tx, version: number): Promise<boolean> {
    const [row] = await tx.query<{ outdated: boolean }>(
      `select m.previewed_at < now() - interval '7 days'
         or abs((select count(distinct client_id) from source_identity) - (m.preview->>'clients')::int)
            > 0.01 * (m.preview->>'clients')::int as outdated
       from match_model m where m.version = $1`,
      [version],
    );
    return row!.outdated;
  }

  private async give(tx: Tx, version: number, task: ModelTask): Promise<void> {
    await tx.query('update match_model set task = $2, done = 0, total = 0, failure = null where version = $1', [
      version,
      task,
    ]);
  }

  private async ready(version: number) {
    const row = await this.get(version);
    if (row.model === null || row.state === 'training' || row.state === 'failed')
      throw identityErrors.MODEL_NOT_READY({ version, state: row.state });
    return { ...row, model: row.model };
  }

  private async next(tx: Tx): Promise<number> {
    await tx.query('lock table match_model in share row exclusive mode');
    const [row] = await tx.query<{ n: number }>('select coalesce(max(version), 0)::integer + 1 as n from match_model');
    return row!.n;
  }
}

/** @throws AUDIT_TOO_FEW, AUDIT_ONE_SIDED. */
function expectEnough(judged: readonly Judged[]): void {
  const answered = judged.length;
  if (answered < LEAST_JUDGED) throw identityErrors.AUDIT_TOO_FEW({ answered, needed: LEAST_JUDGED });
  const same = judged.filter((j) => j.same).length;
  const rarer = Math.min(same, answered - same);
  const verdict = same < answered - same ? 'same' : 'different';
  if (rarer < LEAST_OF_RARER)
    throw identityErrors.AUDIT_ONE_SIDED({ answered, rarer, verdict, needed: LEAST_OF_RARER });
}

/** @throws MODEL_NOT_MEASURED, PRECISION_OUT_OF_REACH. */
function linkFor(precision: number, from: number, m: MatchModel, weights: WeightCounts | undefined): number {
  if (weights === undefined) throw identityErrors.MODEL_NOT_MEASURED({ version: from });
  const link = linkOfPrecision(precision, weights, m.calibration);
  if (link !== undefined) return link;
  const best = Number(bestPrecision(weights, m.calibration).toFixed(6));
  throw identityErrors.PRECISION_OUT_OF_REACH({ precision, best });
}

function limitsWith(
  before: Readonly<Record<string, number>> = {},
  changed: Readonly<Record<string, number | null>> = {},
): Record<string, number> {
  const all = Object.entries({ ...before, ...changed });
  return Object.fromEntries(all.flatMap(([name, most]) => (most === null ? [] : [[name, most]])));
}
