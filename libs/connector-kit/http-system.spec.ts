import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import { inspect } from 'node:util';
import { ConfigError, SourceDataError, TransientError } from './errors.js';
import { HttpSystem } from './http-system.js';
import { closedPort } from './testing/index.js';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((ok) => (server ? server.close(ok) : ok(undefined)));
  server = undefined;
});

async function systemThat(answers: RequestListener): Promise<HttpSystem> {
  server = createServer(answers);
  await new Promise<void>((ok) => server!.listen(0, '127.0.0.1', ok));
  return at((server.address() as AddressInfo).port);
}

function at(port: number): HttpSystem {
  return new HttpSystem(axios.create({ maxRedirects: 0, proxy: false }), {
    name: 'the system',
    baseUrl: `http://127.0.0.1:${port}/`,
    token: 'the-secret-token',
    now: () => new Date('2026-11-20T01:00:00Z'),
    steps: { credential: 'Set the token.', address: 'Check the address.' },
  });
}

const answering = (status: number, body = '', headers = {}) =>
  systemThat((_request, response) => response.writeHead(status, headers).end(body));
const soon = () => AbortSignal.timeout(2000);
const command = (system: HttpSystem) => system.command('POST', '/tasks', { a: 1 }, 'id-1', soon());

describe('what an answer to a command means', () => {
  it.each([
    [200, { status: 'accepted', externalId: 'id-1' }],
    [202, { status: 'accepted', externalId: 'id-1' }],
    [400, { status: 'rejected', detail: 'the system answered 400 (field phone)' }],
    [422, { status: 'rejected' }],
    [408, { status: 'retry' }],
    [500, { status: 'retry' }],
    [503, { status: 'retry' }],
    [502, { status: 'unknown' }],
    [504, { status: 'unknown' }],
  ])('%i', async (status, wanted) => {
    const system = await answering(status, '{"error":"13800138000 is no phone","field":"phone"}');
    expect(await command(system)).toMatchObject(wanted);
  });

  it.each([401, 403, 404, 302])('%i is for the operator, and nothing was made', async (status) => {
    const system = await answering(status);
    await expect(command(system)).rejects.toThrow(ConfigError);
  });

  it('429 asks for a pause, in seconds or as a date', async () => {
    const seconds = await answering(429, '', { 'retry-after': '7' });
    expect(await command(seconds)).toMatchObject({ status: 'retry', afterMs: 7000 });
    server!.close();
    const date = await answering(429, '', { 'retry-after': 'Fri, 20 Nov 2026 01:00:30 GMT' });
    expect(await command(date)).toMatchObject({ status: 'retry', afterMs: 30_000 });
  });

  it('no answer is unknown, no connection is a retry', async () => {
    const system = await systemThat((request) => request.socket.destroy());
    expect(await command(system)).toMatchObject({ status: 'unknown' });
    expect(await command(at(await closedPort()))).toMatchObject({ status: 'retry' });
  });
});

describe('what an answer to a reading means', () => {
  it('keeps the digits of its numbers', async () => {
    const system = await answering(200, '{"amount":12345678901234567.89,"n":1}');
    const value = await system.read('/x', {}, soon());
    expect(JSON.stringify(value)).toBe('{"amount":12345678901234567.89,"n":1}');
  });

  it.each([
    [401, ConfigError],
    [404, ConfigError],
    [400, SourceDataError],
    [429, TransientError],
    [503, TransientError],
  ])('%i', async (status, kind) => {
    const system = await answering(status);
    await expect(system.read('/x', {}, soon())).rejects.toThrow(kind);
  });

  it('is no error for 404 where something is looked for', async () => {
    const system = await answering(404);
    expect(await system.find('/x', soon())).toBeUndefined();
  });

  it('is a fault of the data when it is no JSON', async () => {
    const system = await answering(200, '<html>');
    await expect(system.read('/x', {}, soon())).rejects.toThrow(SourceDataError);
  });

  it('carries no token in its errors', async () => {
    const error: unknown = await at(await closedPort())
      .read('/x', {}, soon())
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(TransientError);
    expect(inspect(error, { depth: 10 })).not.toContain('the-secret-token');
  });
});
