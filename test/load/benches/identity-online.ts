import { migrations } from '#migrations';
import {
  type Matcher,
  type MatchModel,
  matcherOf,
  type Profile,
  recomputeProfiles,
  resolveProfiles,
  seededRandom,
} from '#identity';
import { Database, dataSourceOptions, migrate } from '#platform';
import { DataSource } from 'typeorm';
import { Site } from '../site.js';
import { nameOfNode, type OnlineRoad, type RoadOptions, type RoadResult } from './identity.js';

const PER_STEP = 1000;

/** In a random order, on a PostgreSQL of its own with fsync; then the full pass. */
export const onlineRoad: OnlineRoad = {
  async resolve(profiles: readonly Profile[], model: MatchModel, o: RoadOptions): Promise<RoadResult> {
    const site = await Site.open();
    const connection = await site.database();
    await migrate({ connection, poolSize: 2, migrations, applicationName: 'bench' });
    const source = new DataSource(dataSourceOptions({ connection, poolSize: 2, migrations, applicationName: 'bench' }));
    await source.initialize();
    try {
      return await new Road(new Database(source), profiles, model, o).run();
    } finally {
      await source.destroy();
      await site.close();
    }
  },
};

class Road {
  private readonly ids: number[] = [];
  private readonly nodeOf = new Map<number, number>();
  private pairs = 0;
  private readonly matcher: Matcher;

  constructor(
    private readonly db: Database,
    private readonly profiles: readonly Profile[],
    model: MatchModel,
    private readonly o: RoadOptions,
  ) {
    const inner = matcherOf(model, 1, o.exclusive && ((id) => o.exclusive!(this.nodeOf.get(id)!)));
    this.matcher = {
      version: inner.version,
      mostPerKey: inner.mostPerKey,
      blockKeys: (p) => inner.blockKeys(p),
      edge: (a, b) => {
        this.pairs++;
        return inner.edge(a, b);
      },
      cluster: (c) => inner.cluster(c),
      explain: (a, b) => inner.explain(a, b),
      limitsHit: (a, b) => inner.limitsHit(a, b),
    };
  }

  async run(): Promise<RoadResult> {
    const millis: number[] = [];
    const order = shuffled(this.profiles.length, this.o.seed);
    const begun = performance.now();
    for (let i = 0; i < order.length; i += this.o.batch) {
      const started = performance.now();
      await this.feed(order.slice(i, i + this.o.batch));
      millis.push(performance.now() - started);
    }
    const seconds = (performance.now() - begun) / 1000;
    const { pairs } = this;
    const before = await this.clients();
    const all = [...this.ids].sort((a, b) => a - b);
    for (let i = 0; i < all.length; i += PER_STEP)
      await this.db.tx((tx) => recomputeProfiles(tx, this.matcher, all.slice(i, i + PER_STEP)));
    millis.sort((a, b) => a - b);
    return {
      clientOf: await this.clients(),
      before,
      pairsCompared: pairs,
      seconds,
      review: { length: (await this.db.query<{ n: number }>('select count(*) as n from review_item'))[0]!.n },
      p50Ms: millis[Math.floor(millis.length / 2)]!,
      p99Ms: millis[Math.floor(millis.length * 0.99)]!,
    };
  }

  private async feed(nodes: readonly number[]): Promise<void> {
    const stated = nodes.map((node) => ({
      key: { type: 'contact_no' as const, key: nameOfNode(node) },
      profile: this.profiles[node]!,
    }));
    const ids = await this.db.tx(async (tx) => {
      // The matcher asks for the source of an identity before its number is answered: numbers are given in turn.
      const [next] = await tx.query<{ id: number }>(
        `select last_value + case when is_called then 1 else 0 end as id from source_identity_id_seq`,
      );
      for (const [i, node] of nodes.entries()) this.nodeOf.set(next!.id + i, node);
      return resolveProfiles(tx, this.matcher, stated);
    });
    for (const [i, node] of nodes.entries()) this.ids[node] = ids[i]!;
  }

  private async clients(): Promise<string[]> {
    const rows = await this.db.query<{ id: number; client: string }>(
      'select id, client_id as client from source_identity',
    );
    const of = new Map(rows.map((r) => [r.id, r.client]));
    return this.ids.map((id) => of.get(id)!);
  }
}

function shuffled(size: number, seed: number): number[] {
  const random = seededRandom(seed);
  const order = Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
