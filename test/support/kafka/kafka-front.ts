import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Pki } from '../pki.js';

const METADATA = 3;
const HANDSHAKE = 17;
const AUTHENTICATE = 36;

export interface FrontOptions {
  /** With TLS, and a client certificate of this authority. */
  readonly pki?: Pki;
  /** With SASL SCRAM-SHA-512. */
  readonly login?: { readonly user: string; readonly password: string };
  /** The host by which the brokers call themselves, of nine letters as `127.0.0.1`; its port is the front's. */
  readonly advertise?: string;
}

/**
 * What stands before a mock cluster for what it does not know: TLS, SASL, and another name for its brokers. The brokers'
 * answers to Metadata are changed so that clients come back here.
 */
export class KafkaFront {
  /** Who has signed in, by certificate and by SASL. */
  readonly seen: { certificate: string; user: string }[] = [];
  readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly upstream: number,
    private readonly o: FrontOptions,
  ) {}

  static async before(upstream: number, o: FrontOptions): Promise<KafkaFront> {
    const server = o.pki
      ? createTlsServer({
          cert: o.pki.serverCert,
          key: o.pki.serverKey,
          ca: o.pki.ca,
          requestCert: true,
          rejectUnauthorized: true,
        })
      : createServer();
    const front = new KafkaFront(server, upstream, o);
    server.on(o.pki ? 'secureConnection' : 'connection', (socket: Socket) => front.join(socket));
    await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok));
    return front;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((ok) => this.server.close(ok));
  }

  private join(client: Socket): void {
    const broker = connect(this.upstream, '127.0.0.1');
    const metadata = new Set<number>();
    const certificate = this.o.pki
      ? (client as unknown as { getPeerCertificate(): { subject: { CN: string } } }).getPeerCertificate().subject.CN
      : '';
    const scram = this.o.login && new ScramServer(this.o.login, (user) => this.seen.push({ certificate, user }));
    frames(client, (frame) => {
      const [api, id] = [frame.readInt16BE(0), frame.readInt32BE(4)];
      if (scram && api === HANDSHAKE) return client.write(framed(id, scram.handshake()));
      if (scram && api === AUTHENTICATE) return client.write(framed(id, scram.answer(frame)));
      if (scram && !scram.done) return client.destroy();
      if (api === METADATA) metadata.add(id);
      return broker.write(sized(frame));
    });
    frames(broker, (frame) => {
      client.write(sized(metadata.delete(frame.readInt32BE(0)) ? this.renamed(frame) : frame));
    });
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        other.destroy();
        this.sockets.delete(socket);
      });
    }
  }

  private renamed(frame: Buffer): Buffer {
    const place = (host: string, port: number) => {
      const number = Buffer.alloc(4);
      number.writeInt32BE(port);
      return Buffer.concat([Buffer.from(host), number]);
    };
    const at = frame.indexOf(place('127.0.0.1', this.upstream));
    if (at < 0) throw new Error('the mock cluster names its broker otherwise than was thought');
    place(this.o.advertise ?? '127.0.0.1', this.port).copy(frame, at);
    return frame;
  }
}

/** SCRAM-SHA-512 (RFC 5802), the server's side, in Kafka's SaslHandshake v1 and SaslAuthenticate v2. */
class ScramServer {
  done = false;
  private readonly salt = randomBytes(16);
  private readonly nonce = randomBytes(12).toString('base64');
  private soFar = '';

  constructor(
    private readonly login: { user: string; password: string },
    private readonly entered: (user: string) => void,
  ) {}

  handshake(): Buffer {
    const name = Buffer.from('SCRAM-SHA-512');
    return Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 1, 0, name.length]), name]);
  }

  answer(request: Buffer): Buffer {
    // Header: api, version, id, client id (with length), tags; then compact bytes.
    const start = 10 + request.readInt16BE(8) + 1;
    const wide = request[start]! > 127;
    const from = start + (wide ? 2 : 1);
    const length = wide ? (request[start]! & 127) + (request[start + 1]! << 7) : request[start]!;
    const said = request.subarray(from, from + length - 1).toString();
    const reply = this.soFar === '' ? this.challenge(said) : this.verdict(said);
    const body = Buffer.from(reply ?? '');
    const code = reply === undefined ? [0, 58] : [0, 0];
    return Buffer.concat([Buffer.from([0, ...code, 0, ...compact(body.length + 1)]), body, Buffer.alloc(9)]);
  }

  private challenge(said: string): string {
    const bare = said.slice(3);
    const reply = `r=${/r=([^,]*)/.exec(bare)![1]}${this.nonce},s=${this.salt.toString('base64')},i=4096`;
    this.soFar = `${bare},${reply}`;
    return reply;
  }

  private verdict(said: string): string | undefined {
    const [, unproved = '', proof = ''] = /^(.*),p=(.*)$/.exec(said) ?? [];
    const all = `${this.soFar},${unproved}`;
    const hmac = (key: Buffer, text: string) => createHmac('sha512', key).update(text).digest();
    const salted = pbkdf2Sync(this.login.password, this.salt, 4096, 64, 'sha512');
    const clientKey = hmac(salted, 'Client Key');
    const signature = hmac(createHash('sha512').update(clientKey).digest(), all);
    const expected = Buffer.from(clientKey.map((b, i) => b ^ signature[i]!));
    const given = Buffer.from(proof, 'base64');
    const user = /n=([^,]*)/.exec(this.soFar)![1]!;
    if (user !== this.login.user || given.length !== expected.length || !timingSafeEqual(given, expected)) return;
    this.done = true;
    this.entered(user);
    return `v=${hmac(hmac(salted, 'Server Key'), all).toString('base64')}`;
  }
}

/** An unsigned varint. */
function compact(n: number): number[] {
  return n < 128 ? [n] : [(n & 127) | 128, n >> 7];
}

function sized(frame: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32BE(frame.length);
  return Buffer.concat([size, frame]);
}

function framed(id: number, body: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeInt32BE(id);
  return sized(Buffer.concat([header, body]));
}

function frames(socket: Socket, each: (frame: Buffer) => void): void {
  let held = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 4 && held.length >= 4 + held.readInt32BE(0)) {
      const end = 4 + held.readInt32BE(0);
      const frame = Buffer.from(held.subarray(4, end));
      held = held.subarray(end);
      each(frame);
    }
  });
}
