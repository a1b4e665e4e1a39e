/** A count must rest this many times as long as it took: counting takes 2 % of a connection's time, at most. */
const REST = 50;

export interface Counted<T> {
  readonly value: T;
  readonly asOf: Date;
}

/**
 * A figure that many look at. It is a count of rows, as of when it was counted; it is counted again when somebody looks
 * and the last count has rested long enough. On small tables that is at every look, on large ones every few seconds:
 * looking does not slow down what is looked at. Those who look while it is counted get the same answer.
 */
export class Paced<T> {
  private last: Counted<T> | undefined;
  private dueAt = Number.NEGATIVE_INFINITY;
  private counting: Promise<Counted<T>> | undefined;

  /** @param now milliseconds of a clock that does not jump. */
  constructor(
    private readonly count: () => Promise<T>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  async get(): Promise<Counted<T>> {
    if (this.last && this.now() < this.dueAt) return this.last;
    return (this.counting ??= this.again().finally(() => (this.counting = undefined)));
  }

  private async again(): Promise<Counted<T>> {
    const asOf = new Date();
    const start = this.now();
    const value = await this.count();
    this.dueAt = this.now() + REST * (this.now() - start);
    return (this.last = { value, asOf });
  }
}
