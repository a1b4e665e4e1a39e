/**
 * The random moments of a fault test. The seed is printed, and `TEST_SEED=<seed>` repeats the run's choices (though not
 * what the machine makes of them).
 *
 * @returns uniform numbers in [0, 1) that follow from the seed (mulberry32).
 */
export function dice(): () => number {
  const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 1_000_000_000);
  process.stderr.write(`random moments follow from TEST_SEED=${seed}\n`);
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
