/** Two-sided 95 %. */
const Z = 1.959963984540054;

export interface Proportion {
  readonly successes: number;
  readonly total: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Wilson's score interval of a proportion (Wilson 1927). */
export function wilson({ successes, total }: Proportion, z = Z): Interval {
  if (total === 0) return { low: 0, high: 1 };
  const p = successes / total;
  const z2 = z * z;
  const middle = p + z2 / (2 * total);
  const spread = z * Math.sqrt((p * (1 - p)) / total + z2 / (4 * total * total));
  const scale = 1 + z2 / total;
  return { low: Math.max(0, (middle - spread) / scale), high: Math.min(1, (middle + spread) / scale) };
}

/**
 * The difference of two independent proportions, a − b, with Newcombe's hybrid score interval (Newcombe 1998,
 * Statistics in Medicine 17:873–890, method 10). It holds its coverage for small groups and rates near 0 or 1, where
 * the textbook interval does not.
 */
export function difference(a: Proportion, b: Proportion): Interval & { readonly estimate: number } {
  const pa = a.total === 0 ? 0 : a.successes / a.total;
  const pb = b.total === 0 ? 0 : b.successes / b.total;
  const wa = wilson(a);
  const wb = wilson(b);
  const estimate = pa - pb;
  return {
    estimate,
    low: estimate - Math.sqrt((pa - wa.low) ** 2 + (wb.high - pb) ** 2),
    high: estimate + Math.sqrt((wa.high - pa) ** 2 + (pb - wb.low) ** 2),
  };
}
