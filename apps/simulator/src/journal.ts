import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * What a system must still know after a restart: an append-only file of JSON lines. An entry is with the operating
 * system when `append` returns, so it survives the death of the process; it is not synced to the disk.
 */
export class Journal<T> {
  private constructor(private readonly file: number) {}

  /** Opens or makes the file. `past` is what stands in it, oldest first; a last line that was cut short is dropped. */
  static open<T>(path: string): { journal: Journal<T>; past: T[] } {
    mkdirSync(dirname(path), { recursive: true });
    const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    const file = openSync(path, 'a');
    if (whole < bytes.length) ftruncateSync(file, whole);
    const lines = bytes.subarray(0, whole).toString('utf8').split('\n');
    return { journal: new Journal<T>(file), past: lines.slice(0, -1).map((line) => JSON.parse(line) as T) };
  }

  append(entry: T): void {
    writeSync(this.file, `${JSON.stringify(entry)}\n`);
  }

  close(): void {
    closeSync(this.file);
  }
}
