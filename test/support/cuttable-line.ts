import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** A network line to a server, which a test cuts and mends: bytes go through unchanged, or not at all. */
export class CuttableLine {
  /** Where a client that lost its stream said it wants to go on. */
  readonly resumedAfter: string[] = [];
  private readonly sockets = new Set<Socket>();
  private isCut = false;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async to(target: string): Promise<CuttableLine> {
    const server = createServer();
    await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok));
    const line = new CuttableLine(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const { hostname, port } = new URL(target);
    server.on('connection', (client) => line.join(client, connect(Number(port), hostname)));
    return line;
  }

  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.isCut = false;
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((done) => this.server.close(done));
  }

  private join(client: Socket, server: Socket): void {
    for (const socket of [client, server]) {
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    if (this.isCut) {
      client.destroy();
      return;
    }
    client.on('data', (bytes) => {
      const place = /GET \/api\/v1\/stream(?:\?after=(\S+))? [^]*?(?:last-event-id: (\S+)|\r\n\r\n)/i.exec(
        bytes.toString(),
      );
      const after = place?.[2] ?? place?.[1];
      if (after !== undefined) this.resumedAfter.push(after);
    });
    client.pipe(server);
    server.pipe(client);
  }
}
