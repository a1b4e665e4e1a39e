export interface Quality {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Clusters found exactly, against clusters there are: harmonic mean of both shares. */
  readonly clusterF1: number;
}

/** Pairwise on final clusters, and whole clusters. `found` and `truth` label each record. */
export function qualityOf(found: ArrayLike<string | number>, truth: ArrayLike<string | number>): Quality {
  const inFound = new Map<string | number, number>();
  const inTruth = new Map<string | number, number>();
  const inBoth = new Map<string, number>();
  for (let i = 0; i < found.length; i++) {
    const [f, t] = [found[i]!, truth[i]!];
    inFound.set(f, (inFound.get(f) ?? 0) + 1);
    inTruth.set(t, (inTruth.get(t) ?? 0) + 1);
    const key = `${f}\0${t}`;
    inBoth.set(key, (inBoth.get(key) ?? 0) + 1);
  }
  const pairs = (sizes: Iterable<number>) => [...sizes].reduce((s, n) => s + (n * (n - 1)) / 2, 0);
  const right = pairs(inBoth.values());
  let whole = 0;
  for (const [key, n] of inBoth) {
    const cut = key.indexOf('\0');
    const f = key.slice(0, cut);
    if (sizeOf(inFound, f) === n && sizeOf(inTruth, key.slice(cut + 1)) === n) whole++;
  }
  const precision = shareOf(right, pairs(inFound.values()));
  const recall = shareOf(right, pairs(inTruth.values()));
  return {
    precision,
    recall,
    f1: mean(precision, recall),
    clusterF1: mean(shareOf(whole, inFound.size), shareOf(whole, inTruth.size)),
  };
}

function sizeOf(sizes: ReadonlyMap<string | number, number>, label: string): number | undefined {
  return sizes.get(label) ?? sizes.get(Number(label));
}

/** Of nothing, nothing is wrong. */
function shareOf(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

function mean(p: number, r: number): number {
  return p + r === 0 ? 0 : (2 * p * r) / (p + r);
}
