import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AddressInfo, createServer, type Server } from 'node:net';
import pg from 'pg';
import { isDatabaseUnavailable } from './database.js';
import { hearErrors } from './hear-errors.js';

/** A message of the PostgreSQL protocol: its type, its length, its body. */
function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const AUTHENTICATED = message('R', Buffer.alloc(4));
const READY = message('Z', Buffer.from('I'));
const GONE = message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0'));

describe('a pool whose PostgreSQL is killed while a connection opens', () => {
  let server: Server;
  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(Buffer.concat([AUTHENTICATED, READY, GONE])));
    });
    await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok));
  });
  afterAll(() => new Promise((ok) => server.close(ok)));

  it('hands out a connection that is of no use, and the process lives', async () => {
    const pool = new pg.Pool({
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      user: 'u',
      database: 'd',
    });
    pool.on('error', () => {});
    hearErrors(pool);
    const client = await pool.connect();
    const fault: unknown = await client.query('select 1').catch((e: unknown) => e);
    expect(isDatabaseUnavailable(fault)).toBe(true);
    client.release(true);
    await pool.end();
  });
});
