import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** A TCP line to a server, which a test cuts and mends, listens to, and robs of answers; else bytes go unchanged. */
export class TcpLine {
  private readonly pairs = new Set<Pair>();
  private readonly listeners: ((sent: Buffer) => void)[] = [];
  private swallows: ((sent: Buffer) => boolean) | undefined;
  private isDown = false;

  private constructor(
    private readonly door: Server,
    readonly port: number,
  ) {}

  static async to(target: { readonly host: string; readonly port: number } | string): Promise<TcpLine> {
    const at = typeof target === 'string' ? new URL(target) : undefined;
    const { host, port } = at
      ? { host: at.hostname, port: Number(at.port) }
      : (target as { host: string; port: number });
    const door = createServer();
    await new Promise<void>((ok) => door.listen(0, '127.0.0.1', ok));
    const line = new TcpLine(door, (door.address() as AddressInfo).port);
    door.on('connection', (client) => line.join({ client, server: connect(port, host) }));
    return line;
  }

  /** Its address, where the server speaks HTTP. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Hears what clients send, as it comes. */
  onSent(listener: (sent: Buffer) => void): void {
    this.listeners.push(listener);
  }

  /** Breaks every connection; new ones are taken. */
  breakAll(): void {
    for (const pair of this.pairs) end(pair);
  }

  /** Breaks every connection, and takes no new one until it is mended. */
  cut(): void {
    this.isDown = true;
    this.breakAll();
  }

  mend(): void {
    this.isDown = false;
  }

  /**
   * From the first bytes to the server for which `when` holds, that connection's answers are swallowed.
   *
   * @returns what ends it.
   */
  swallowAnswers(when: (sent: Buffer) => boolean): () => void {
    this.swallows = when;
    return () => {
      this.swallows = undefined;
      this.breakAll();
    };
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((done) => this.door.close(done));
  }

  private join(pair: Pair): void {
    const { client, server } = pair;
    this.pairs.add(pair);
    for (const socket of [client, server]) {
      socket.on('error', () => end(pair));
      socket.on('close', () => {
        end(pair);
        this.pairs.delete(pair);
      });
    }
    if (this.isDown) return end(pair);
    let mute = false;
    client.on('data', (sent: Buffer) => {
      for (const hear of this.listeners) hear(sent);
      mute ||= this.swallows?.(sent) ?? false;
    });
    client.pipe(server);
    server.on('data', (answer: Buffer) => {
      if (!mute) client.write(answer);
    });
    server.on('end', () => client.end());
  }
}

function end({ client, server }: Pair): void {
  client.destroy();
  server.destroy();
}
