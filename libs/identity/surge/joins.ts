import { IDENTITY_KEYS } from '#canonical';
import type { FoundComponent, Node } from '../resolve/components.js';
import { groupOf } from '../resolve/membership.js';
import type { Matcher } from '../resolve/matcher.js';

/** Somebody who was a client of its own, or was put as one, and is a part of another now. */
export interface Join {
  readonly from: string;
  readonly into: string;
  /** What the strongest tie between them is: `stated` by a row, or what was compared (`idNumber`, `phone` …). */
  readonly evidence: string;
}

/**
 * The joins that a clustering brings about, with what led to each. A contact point that goes with its owner is none;
 * nor is what a person said.
 *
 * @param clusters places of nodes in the component.
 */
export function joinsOf(c: FoundComponent, clusters: readonly (readonly number[])[], matcher: Matcher): Join[] {
  const { component } = c;
  if (component === undefined) return [];
  return clusters.flatMap((places) => {
    const first = c.nodes[places[0]!]!.clientId;
    if (places.every((at) => c.nodes[at]!.clientId === first)) return [];
    const nodes = places.map((at) => c.nodes[at]!);
    const into = groupOf(nodes).id;
    const joining = new Set(nodes.filter((n) => n.clientId !== into && isHolder(n)).map((n) => n.clientId));
    const inside = new Set(places);
    return [...joining].flatMap((from): Join[] => {
      const across = (a: number, b: number) =>
        inside.has(a) && inside.has(b) && (c.nodes[a]!.clientId === from) !== (c.nodes[b]!.clientId === from);
      const stated = component.stated.some(([a, b]) => across(a, b));
      if (stated) return [{ from, into, evidence: 'stated' }];
      const [a, b] = component.scored
        .filter(([x, y]) => across(x, y))
        .reduce<readonly [number, number, number] | []>(
          (best, e) => (best[2] === undefined || e[2] > best[2] ? e : best),
          [],
        );
      return a === undefined ? [] : [{ from, into, evidence: strongest(c, a, b!, matcher) }];
    });
  });
}

function isHolder(n: Node): boolean {
  return IDENTITY_KEYS[n.type].holder;
}

function strongest(c: FoundComponent, a: number, b: number, matcher: Matcher): string {
  const of = (at: number) => c.component!.nodes[at]!.profile ?? {};
  const { parts } = matcher.explain([of(a)], [of(b)]);
  return parts.reduce((best, p) => (p.bits > best.bits ? p : best)).comparison;
}
