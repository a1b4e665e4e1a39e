import { createServer, type AddressInfo } from 'node:net';

/** A port of the loopback that nobody uses at this moment: for a server that must come back on the same one. */
export function freePort(): Promise<number> {
  return new Promise((ok, fail) => {
    const server = createServer().on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => ok(port));
    });
  });
}
