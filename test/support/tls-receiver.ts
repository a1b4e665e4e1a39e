import { createServer as createTls, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Pki } from './pki.js';

/** A receiver that lets in only those with a certificate of its own authority, if it asks for one. */
export class TlsReceiver {
  readonly seen: string[] = [];

  private constructor(
    private readonly server: TlsServer,
    readonly url: string,
  ) {}

  static async start(pki: Pki, o = { asksForCertificate: true }): Promise<TlsReceiver> {
    const server = createTls({
      cert: pki.serverCert,
      key: pki.serverKey,
      ca: pki.ca,
      requestCert: o.asksForCertificate,
      rejectUnauthorized: o.asksForCertificate,
    });
    await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok));
    const receiver = new TlsReceiver(server, `https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    server.on('request', (request, response) => {
      const peer = (
        request.socket as unknown as { getPeerCertificate(): { subject?: { CN: string } } }
      ).getPeerCertificate();
      receiver.seen.push(peer.subject?.CN ?? '');
      request.resume();
      response.writeHead(204).end();
    });
    return receiver;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((r) => this.server.close(r));
  }
}
