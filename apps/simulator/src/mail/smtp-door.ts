import type { Socket } from 'node:net';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import { listenOnKeptPort } from '../wire/kept-port.js';
import type { Sickness } from '../wire/sickness.js';

/** A mail as it was handed in; of its text nothing is kept. */
export interface HandedIn {
  /** `X-Isthmus-Command`; the Message-ID where a mail carries none. */
  readonly id: string;
  /** With its angle brackets. */
  readonly messageId: string;
  readonly recipient: string;
}

const MOST_HEADER_BYTES = 64 * 1024;

/**
 * The submission port on loopback: AUTH PLAIN or LOGIN, no TLS. When the system is sick a mail is refused with 451
 * after its text, or taken and the connection cut before the answer.
 */
export async function openSmtp(o: {
  portFile: string;
  user: string;
  password: string;
  sickness: Sickness;
  received: (mail: HandedIn) => void;
}): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Map<number | undefined, Socket>();
  const server = new SMTPServer({
    name: 'mail.firm.example',
    authMethods: ['PLAIN', 'LOGIN'],
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onAuth: (auth, _session, done) =>
      auth.username === o.user && auth.password === o.password
        ? done(null, { user: o.user })
        : done(smtpError(535, 'the user or the password is wrong')),
    onData(stream, session, done) {
      const recipient = session.envelope.rcptTo[0]!.address;
      void headersOf(stream).then(async (headers) => {
        const messageId = headers.get('message-id') ?? `<${session.id}@mail.firm.example>`;
        const treatment = await o.sickness.treat();
        if (treatment === 'fail') return done(smtpError(451, 'try again later'));
        o.received({ id: headers.get('x-isthmus-command') ?? messageId, messageId, recipient });
        if (treatment === 'drop') return sockets.get(session.remotePort)?.destroy();
        return done(null, 'accepted');
      }, done);
    },
  });
  server.server.on('connection', (socket: Socket) => {
    const { remotePort } = socket;
    sockets.set(remotePort, socket);
    socket.once('close', () => sockets.delete(remotePort));
  });

  // A client that goes away in mid-sentence is no fault of ours; a port that is taken is told by the listener itself.
  server.on('error', () => undefined);
  const port = await listenOnKeptPort(server.server, o.portFile);
  return {
    port,
    close: async () => {
      const closed = new Promise<void>((ok) => server.close(ok));
      for (const socket of sockets.values()) socket.destroy();
      await closed;
    },
  };
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

/** The header fields by small name, unfolded; the rest of the mail is read and thrown away. */
async function headersOf(stream: SMTPServerDataStream): Promise<Map<string, string>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream as AsyncIterable<Buffer>)
    if (bytes < MOST_HEADER_BYTES) bytes += parts[parts.push(part) - 1]!.length;
  const head = Buffer.concat(parts).toString('utf8').split('\r\n\r\n', 1)[0]!;
  const fields = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  return new Map(
    fields.map((field) => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
    }),
  );
}
