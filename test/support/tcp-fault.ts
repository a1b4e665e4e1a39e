import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP road to a server that can be cut, and can swallow what the server answers. */
export class TcpFault {
  private readonly pairs = new Set<{ client: Socket; server: Socket }>();
  private muted: ((sent: Buffer) => boolean) | undefined;

  private constructor(
    private readonly listener: Server,
    readonly port: number,
  ) {}

  static async before(target: { host: string; port: number }): Promise<TcpFault> {
    const listener = createServer();
    await new Promise<void>((ok) => listener.listen(0, '127.0.0.1', ok));
    const fault = new TcpFault(listener, (listener.address() as AddressInfo).port);
    listener.on('connection', (client) => fault.join(client, connect(target.port, target.host)));
    return fault;
  }

  /** From the first bytes to the server for which `when` holds, that connection's answers are swallowed. */
  swallowAnswers(when: (sent: Buffer) => boolean): () => void {
    this.muted = when;
    return () => {
      this.muted = undefined;
      this.cut();
    };
  }

  /** Breaks every connection; new ones are taken. */
  cut(): void {
    for (const { client, server } of this.pairs) {
      client.destroy();
      server.destroy();
    }
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((ok) => this.listener.close(ok));
  }

  private join(client: Socket, server: Socket): void {
    const pair = { client, server };
    this.pairs.add(pair);
    let mute = false;
    client.on('data', (d) => {
      mute ||= this.muted?.(d) ?? false;
      server.write(d);
    });
    server.on('data', (d) => {
      if (!mute) client.write(d);
    });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        other.destroy();
        this.pairs.delete(pair);
      });
    }
  }
}
