import { Socket } from 'node:net';

/** How long a server may take to say goodbye, milliseconds. */
const GOODBYE_MS = 500;

/** The sockets of one pool, so that none outlives it: neither driver ends a connection that was never answered. */
export class Sockets {
  private readonly open = new Set<Socket>();

  make(): Socket {
    const socket = new Socket();
    this.open.add(socket);
    socket.once('close', () => this.open.delete(socket));
    return socket;
  }

  /** Ends the pool in good order, and what is left of it after a moment in any. */
  async end(pool: { end(): Promise<void> }): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((ok) => (timer = setTimeout(ok, GOODBYE_MS)));
    await Promise.race([pool.end().catch(() => {}), patience]);
    clearTimeout(timer);
    for (const socket of this.open) socket.destroy();
  }
}
