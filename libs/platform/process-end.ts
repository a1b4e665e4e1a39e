/** How long a process that has stopped everything waits for its event loop to drain (milliseconds). */
const DRAIN_MS = 10_000;

/**
 * Ends a process that has stopped everything it started: by having nothing left to do, because `process.exit` can wait
 * for ever for a compilation that V8 has under way. What still holds the loop after ten seconds is named on stderr,
 * and the process is ended all the same.
 */
export function endProcess(code: number): void {
  process.exitCode = code;
  // The channel to a parent holds the loop too.
  if (process.connected) process.disconnect();
  setTimeout(() => {
    process.stderr.write(`ending although these are open: ${process.getActiveResourcesInfo().join(', ')}\n`);
    process.exit(code);
  }, DRAIN_MS).unref();
}
