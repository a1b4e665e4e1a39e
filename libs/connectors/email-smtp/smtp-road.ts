import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { type ActionResult, ConfigError } from '#connector-kit';

export interface SmtpRoadOptions {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly user: string;
  readonly password: string;
  /** The vetted address of the host, looked up for each new connection. */
  readonly resolve: (host: string) => Promise<{ address: string }>;
}

const MOST_CONNECTIONS = 8;
const IDLE_MS = 30_000;

/** What nodemailer says of a failure. */
interface SmtpFault extends Error {
  readonly code?: string;
  readonly responseCode?: number;
  readonly command?: string;
}

/**
 * Mail by SMTP over a few kept connections.
 *
 * The text of a mail is a stream that is first read after the server's 354 to DATA: so it is known, when a connection
 * breaks, whether the server may hold the mail (unknown) or surely does not (retry). A 5xx to the recipient or the text
 * is a rejection, any 4xx is a retry, and a refused login or sender is for the operator.
 */
export class SmtpRoad {
  private readonly open = new Set<SMTPConnection>();
  private readonly idle: SMTPConnection[] = [];
  private readonly waiting: (() => void)[] = [];
  private taken = 0;

  constructor(private readonly o: SmtpRoadOptions) {}

  async send(mail: { from: string; to: string; text: Buffer }, signal: AbortSignal): Promise<ActionResult> {
    await this.room();
    let begun = false;
    let connection: SMTPConnection | undefined;
    try {
      connection = await this.connection(signal);
      const text = new Readable({
        read() {
          begun = true;
          this.push(mail.text);
          this.push(null);
        },
      });
      const info = await deliver(connection, { from: mail.from, to: [mail.to], size: mail.text.length }, text, signal);
      this.idle.push(connection);
      return { status: 'accepted', detail: info.response.slice(0, 200) };
    } catch (e) {
      connection?.close();
      return resultOf(e as SmtpFault, begun, signal);
    } finally {
      this.leave();
    }
  }

  /** Logs in and out again. @throws ConfigError when the login is refused, otherwise what the network says. */
  async visit(signal: AbortSignal): Promise<void> {
    const connection = await this.connect(signal);
    connection.quit();
  }

  close(): void {
    for (const connection of this.open) connection.close();
  }

  private async connection(signal: AbortSignal): Promise<SMTPConnection> {
    return this.idle.pop() ?? this.connect(signal);
  }

  private async connect(signal: AbortSignal): Promise<SMTPConnection> {
    const { host, port, secure, user, password } = this.o;
    const { address } = await this.o.resolve(host);
    const connection = new SMTPConnection({
      host: address,
      port,
      secure,
      // The name that the certificate must carry; a bare address has none.
      ...(address === host ? {} : { servername: host }),
      opportunisticTLS: true,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: IDLE_MS,
      socketCloseTimeout: 500,
    });
    this.open.add(connection);
    // Its server, or its idle time, may end it while it is kept.
    connection.on('error', () => this.forget(connection));
    connection.on('end', () => this.forget(connection));
    try {
      await settled(connection, signal, (done) => connection.connect(done));
      await settled(connection, signal, (done) => connection.login({ credentials: { user, pass: password } }, done));
      return connection;
    } catch (e) {
      connection.close();
      throw loginFault(e as SmtpFault);
    }
  }

  private forget(connection: SMTPConnection): void {
    this.open.delete(connection);
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
  }

  private async room(): Promise<void> {
    if (this.taken >= MOST_CONNECTIONS) await new Promise<void>((ok) => this.waiting.push(ok));
    else this.taken++;
  }

  /** Gives the place to the next who waits. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.taken--;
  }
}

function deliver(
  connection: SMTPConnection,
  envelope: { from: string; to: string[]; size: number },
  text: Readable,
  signal: AbortSignal,
): Promise<{ response: string }> {
  return settled<{ response: string }>(connection, signal, (done) => connection.send(envelope, text, done));
}

/** Runs one step of the conversation: its own answer, the connection's end or the signal settles it. */
async function settled<T>(
  connection: SMTPConnection,
  signal: AbortSignal,
  step: (done: (error?: Error | null, value?: T) => void) => void,
): Promise<T> {
  signal.throwIfAborted();
  let fail: (e: Error) => void = () => {};
  const ended = () => fail(new Error('the connection ended'));
  const stopped = () => fail(new Error('the time was up'));
  try {
    return await new Promise<T>((ok, failed) => {
      fail = failed;
      connection.once('error', failed);
      connection.once('end', ended);
      signal.addEventListener('abort', stopped, { once: true });
      step((error, value) => (error ? failed(error) : ok(value as T)));
    });
  } finally {
    connection.off('error', fail);
    connection.off('end', ended);
    signal.removeEventListener('abort', stopped);
  }
}

function loginFault(e: SmtpFault): Error {
  const refused = e.code === 'EAUTH' && (e.responseCode === undefined || e.responseCode >= 500);
  if (!refused) return e;
  return new ConfigError(
    `the mail server refused the login (${e.responseCode ?? 'no answer'})`,
    'Set user and password.',
  );
}

function resultOf(e: SmtpFault, begun: boolean, signal: AbortSignal): ActionResult {
  if (e instanceof ConfigError) throw e;
  const { responseCode, command } = e;
  if (responseCode === undefined) {
    const detail = signal.aborted ? 'the mail server did not answer in time' : `the mail server is away: ${e.message}`;
    return begun ? { status: 'unknown', detail } : { status: 'retry', detail };
  }
  const detail = `the mail server answered ${responseCode} to ${command ?? 'the mail'}`;
  if (responseCode < 500) return { status: 'retry', detail };
  if (command === 'RCPT TO' || command === 'DATA') return { status: 'rejected', detail };
  if (command === 'MAIL FROM')
    throw new ConfigError(detail, 'Check the sender address, and that the user may send from it.');
  return { status: 'retry', detail };
}
