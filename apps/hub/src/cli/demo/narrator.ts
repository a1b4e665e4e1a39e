/** Tells on stderr what happens, in the reader's language, with a line that moves while something takes long. */
export class Narrator {
  private readonly started = performance.now();
  private readonly tty = process.stderr.isTTY;
  private readonly zh = /^zh/i.test(process.env['LC_ALL'] ?? process.env['LANG'] ?? '');
  private moving = false;
  private lastMove = 0;

  constructor(private readonly quiet: boolean) {}

  get seconds(): number {
    return (performance.now() - this.started) / 1000;
  }

  say(en: string, zh: string): void {
    if (this.quiet) return;
    this.endLine();
    process.stderr.write(`${this.clock()}  ${this.zh ? zh : en}\n`);
  }

  /** Overwrites itself on a terminal; elsewhere it is one line every five seconds. */
  move(en: string, zh: string): void {
    if (this.quiet) return;
    const now = performance.now();
    if (now - this.lastMove < (this.tty ? 200 : 5000)) return;
    this.lastMove = now;
    const text = `${this.clock()}  ${this.zh ? zh : en}`;
    process.stderr.write(this.tty ? `\r\u001B[K${text}` : `${text}\n`);
    this.moving = this.tty;
  }

  private endLine(): void {
    if (this.moving) process.stderr.write('\n');
    this.moving = false;
  }

  private clock(): string {
    const s = Math.floor(this.seconds);
    return `${String(Math.floor(s / 60)).padStart(2, '0')}:${String(s % 60).padStart(2, '0')}`;
  }
}

/** "62 %, 5,210/s, about 8 s left", or what of it is known. */
export function progress(done: number, total: number | undefined, perSecond: number): string {
  const n = new Intl.NumberFormat('en');
  const of = total === undefined ? '' : ` / ${n.format(total)} (${Math.floor((100 * done) / Math.max(1, total))} %)`;
  const left = total === undefined || perSecond <= 0 ? '' : `, ~${Math.ceil(Math.max(0, total - done) / perSecond)} s`;
  return `${n.format(done)}${of}, ${n.format(Math.round(perSecond))}/s${left}`;
}
