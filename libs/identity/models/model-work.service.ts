import { Inject, Injectable } from '@nestjs/common';
import { stepInLane } from '#clients';
import { CLOCK, type Clock, Database, LOGGER, type Logger } from '#platform';
import { SELECT_BLOCKED } from '../blocked/blocked.sql.js';
import { type Blocked, bothHot, withBlocked } from '../blocked/with-blocked.js';
import { Population } from '../bulk/population.js';
import { DisjointSets } from '../evidence/disjoint-sets.js';
import { DEFAULT_MODEL } from '../model/default-model.js';
import { bitsOf, type MatchModel } from '../model/model.js';
import { inTurn, type Steps } from '../model/steps.js';
import { trainInSteps } from '../model/train.js';
import type { Profile } from '../profile/profile.js';
import { compareClusters } from '../resolve/membership.js';
import { clusteringOf } from '../resolve/cluster-identities.js';
import { Resolver } from '../resolve/resolver.js';
import { everybody, pages } from './everybody.js';
import { expectMemory } from './expect-memory.js';
import { WeightCounter } from './expectations.js';
import { matcherOf } from './matcher-of.js';
import { SELECT_PROFILES_OF_SOME_CLIENTS, SELECT_SOME_IDENTITIES, SELECT_TOGETHER } from './models.sql.js';
import { type ModelPreview, Models, type ModelTask } from './models.service.js';

const MOST_LISTED = 1000;
const IDENTITIES_PER_STEP = 1000;
/** Pairs that a model is learned from; more change little. */
const PAIRS = 100_000;
/** Profiles that a model is learned from, about; those of a sample of the clients where there are more. */
const LEARNED_FROM = 300_000;

interface Given {
  readonly version: number;
  readonly task: ModelTask;
}

/**
 * The long work on models: training, previews, and the full pass over everybody. What is to be done stands in the table,
 * so a crash or a lost job only delays it; every step may be repeated.
 */
@Injectable()
export class ModelWork {
  constructor(
    private readonly db: Database,
    private readonly models: Models,
    private readonly resolver: Resolver,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Does what is given to do, oldest version first. One process at a time: see the queue. */
  async run(): Promise<void> {
    for (;;) {
      const [given] = await this.db.query<Given>(
        'select version, task from match_model where task is not null order by version limit 1',
      );
      if (!given) return;
      try {
        await this.work(given);
        await this.db.query('update match_model set task = null where version = $1 and task = $2', [
          given.version,
          given.task,
        ]);
      } catch (e) {
        this.log.error({ err: e, ...given }, 'work on a model failed');
        await this.db.query(
          `update match_model set task = null, failure = $2, state = case when task = 'train' then 'failed' else state end
           where version = $1`,
          [given.version, e instanceof Error ? e.message : String(e)],
        );
      }
    }
  }

  private async work({ version, task }: Given): Promise<void> {
    if (task === 'train') await this.train(version);
    else if (task === 'preview') await this.preview(version);
    else await this.reconcile('model', version);
  }

  private async train(version: number): Promise<void> {
    const base = await this.models.active();
    const total = await this.countProfiles();
    const share = Math.min(1, LEARNED_FROM / Math.max(1, total));
    await this.progress(version, 0, Math.round(total * share));
    const { people, nodes } = await this.someOf(share);
    const decided = await this.db.query<{ a: number; b: number }>(SELECT_TOGETHER);
    const together = decided.flatMap(({ a, b }): [number, number][] => {
      const [x, y] = [nodes.get(a), nodes.get(b)];
      return x === undefined || y === undefined ? [] : [[x, y]];
    });
    // A calibration goes with the weights that it was fitted to; these are new.
    const untried = { ...base.model, calibration: DEFAULT_MODEL.calibration };
    const o = { base: untried, candidates: PAIRS, randomPairs: PAIRS, together, share };
    const trained = await inTurn(trainInSteps(people, o));
    const model: MatchModel = { ...trained, version: String(version), hot: bothHot(trained.hot, base.model.hot) };
    await this.db.query(
      `update match_model set state = 'ready', model = $2, origin = $3, done = $4, total = $4 where version = $1`,
      [
        version,
        JSON.stringify(model),
        JSON.stringify({ from: base.version, profiles: people.size, of: total }),
        people.size,
      ],
    );
  }

  /** The profiles of a share of the clients: all of each, so that records of one party are there together. */
  private async someOf(share: number): Promise<{ people: Population; nodes: Map<number, number> }> {
    const people = new Population();
    const nodes = new Map<number, number>();
    const below = [Math.ceil(share * 2 ** 32)];
    for await (const page of pages<{ id: number; features: Profile }>(this.db, SELECT_PROFILES_OF_SOME_CLIENTS, below))
      await inTurn(adding(page, people, nodes));
    return { people, nodes };
  }

  private async countProfiles(): Promise<number> {
    const [row] = await this.db.query<{ n: number }>('select count(*)::int as n from match_profile');
    return row!.n;
  }

  private async preview(version: number): Promise<void> {
    expectMemory(await this.countProfiles());
    const { model } = await this.models.get(version);
    const matcher = matcherOf(withBlocked(model!, await this.db.query<Blocked>(SELECT_BLOCKED)), version);
    const components = await everybody(this.db, matcher, (done, total) => this.progress(version, done, total));
    const clustered = components.map((c) => ({ nodes: c.nodes, ...clusteringOf(c, matcher) }));
    const clusters = clustered.flatMap((c) => c.clusters.map((cluster) => cluster.map((at) => c.nodes[at]!)));
    const { groups, changes } = compareClusters(clusters, new Set());
    const weights = new WeightCounter(bitsOf(model!.thresholds.review, model!.calibration));
    for (const { component } of components) {
      if (component === undefined) continue;
      // Whom rows tie to each other no threshold joins or parts.
      const rows = new DisjointSets<number>();
      for (const [a, b] of component.stated) rows.join(a, b);
      for (const [a, b, bits] of component.scored) if (rows.root(a) !== rows.root(b)) weights.add(bits);
    }
    const [now] = await this.db.query<{ review: number }>('select count(*)::int as review from review_item');
    const preview: ModelPreview = {
      // Of those that were read, not of those that have come meanwhile.
      clients: new Set(components.flatMap((c) => c.nodes.map((n) => n.clientId))).size,
      clientsAfter: groups.length,
      joining: changes.merged.slice(0, MOST_LISTED),
      parting: changes.split.slice(0, MOST_LISTED),
      counts: {
        joining: changes.merged.length,
        parting: changes.split.length,
        review: clustered.reduce((n, c) => n + c.open.length, 0),
        reviewNow: now!.review,
      },
      weights: weights.counts(),
    };
    await this.db.query('update match_model set preview = $2, previewed_at = now() where version = $1', [
      version,
      JSON.stringify(preview),
    ]);
  }

  /**
   * Computes everybody anew, some at a time, by the very path that records take: profiles, candidates, scores, clusters.
   * Between the steps live records have their turn. Afterwards the clients are what the stored statements say under the active model, whatever happened before.
   *
   * @returns how many clients became others: without a new model, a number other than 0 means that something drifted.
   */
  async reconcile(cause: string, version?: number): Promise<{ merged: number; split: number }> {
    let [done, merged, split] = [0, 0, 0];
    const [all] = await this.db.query<{ n: number }>('select count(*)::int as n from source_identity');
    for await (const page of pages<{ id: number }>(this.db, SELECT_SOME_IDENTITIES)) {
      for (let i = 0; i < page.length; i += IDENTITIES_PER_STEP) {
        const ids = page.slice(i, i + IDENTITIES_PER_STEP).map((r) => r.id);
        const changes = await stepInLane(this.db, this.clock, (tx) => this.resolver.recompute(tx, ids, cause));
        merged += changes.merged.length;
        split += changes.split.length;
        done += ids.length;
        if (version !== undefined) await this.progress(version, done, all!.n);
      }
    }
    return { merged, split };
  }

  private async progress(version: number, done: number, total: number): Promise<void> {
    await this.db.query('update match_model set done = $2, total = $3 where version = $1', [version, done, total]);
  }
}

function* adding(
  page: readonly { readonly id: number; readonly features: Profile }[],
  people: Population,
  nodes: Map<number, number>,
): Steps<void> {
  for (const { id, features } of page) {
    nodes.set(id, people.add(features));
    yield;
  }
}
