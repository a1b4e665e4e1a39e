/**
 * Long work as many short steps, so that whoever does it beside other work can let that go first. A step ends with a
 * `yield`; what is returned is the result.
 */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** All at once: for programs that do nothing else. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** After so long others have their turn. */
const TURN_MS = 10;

/** In turn with everything else that the process does. */
export async function inTurn<Result>(steps: Steps<Result>): Promise<Result> {
  for (let since = performance.now(); ;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - since < TURN_MS) continue;
    await new Promise((resolve) => setImmediate(resolve));
    since = performance.now();
  }
}
