import type { Peer } from '../peer.js';
import type { Random } from '../people/person.js';

/** How the facts of a second fall on the systems. */
const SHARE: Record<Peer['name'], number> = { trading: 0.5, web: 0.3, call: 0.1, mail: 0.1 };
const TICK_MS = 50;
/** Facts of one system under way at once; when it is that far behind, its further facts do not happen. */
const MOST_UNDER_WAY = 64;

/** Live facts in all systems, so many a second. */
export class Traffic {
  private perSecond = 0;
  private owed = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly underWay = new Map<Peer, Set<Promise<void>>>();

  constructor(
    private readonly peers: readonly Peer[],
    private readonly random: Random,
    private readonly onError: (e: unknown) => void,
  ) {
    for (const p of peers) this.underWay.set(p, new Set());
  }

  /** With 0 it stops, and resolves when the last fact is done: the counts stand still from then on. */
  async run(factsPerSecond: number): Promise<void> {
    clearInterval(this.timer);
    this.perSecond = factsPerSecond;
    this.owed = 0;
    if (factsPerSecond > 0) this.timer = setInterval(() => this.tick(), TICK_MS);
    else await Promise.all([...this.underWay.values()].flatMap((facts) => [...facts]));
  }

  private tick(): void {
    this.owed += (this.perSecond * TICK_MS) / 1000;
    for (; this.owed >= 1; this.owed--) this.happen(this.choose());
  }

  private choose(): Peer {
    let at = this.random() * this.peers.reduce((sum, p) => sum + SHARE[p.name], 0);
    return this.peers.find((p) => (at -= SHARE[p.name]) < 0) ?? this.peers[0]!;
  }

  private happen(peer: Peer): void {
    const facts = this.underWay.get(peer)!;
    if (facts.size >= MOST_UNDER_WAY) return;
    const fact = peer
      .act()
      .catch(this.onError)
      .finally(() => facts.delete(fact));
    facts.add(fact);
  }
}
