import { createSocket, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Egress, EgressRefused } from './egress.js';
import type { Exchange } from './exchange.js';

/** Ways to write an address that must not be called. PORT is a server that counts who reaches it. */
const HOSTILE = [
  // Loopback, in every form that a URL parser takes.
  'http://127.0.0.1:PORT/',
  'http://127.1:PORT/',
  'http://127.0.1:PORT/',
  'http://127.255.255.254:PORT/',
  'http://2130706433:PORT/',
  'http://0x7f000001:PORT/',
  'http://0x7f.0x0.0x0.0x1:PORT/',
  'http://0x7f.1:PORT/',
  'http://017700000001:PORT/',
  'http://0177.0.0.1:PORT/',
  'http://0177.0.0.01:PORT/',
  'http://00000177.1:PORT/',
  'http://127.0.0.1.:PORT/',
  'http://①②⑦.⓪.⓪.①:PORT/',
  'http://１２７.0.0.1:PORT/',
  'http://127。0。0。1:PORT/',
  'http://%31%32%37.0.0.1:PORT/',
  'http://0:PORT/',
  'http://0.0.0.0:PORT/',
  'http://0.0.0.1:PORT/',
  'http://localhost:PORT/',
  'http://LOCALHOST:PORT/',
  'http://localhost.:PORT/',
  'http:127.0.0.1:PORT/',
  'http:\\\\127.0.0.1:PORT/',
  'http:///127.0.0.1:PORT/',
  'http://127.0.0.1:PORT#@example.com/',
  'http://127.0.0.1:PORT?@example.com/',
  'http://127.0.0.1:PORT\\@example.com/',
  // The same in IPv6, bare and carrying an IPv4 address.
  'http://[::1]:PORT/',
  'http://[0:0:0:0:0:0:0:1]:PORT/',
  'http://[0000::0001]:PORT/',
  'http://[::]:PORT/',
  'http://[::127.0.0.1]:PORT/',
  'http://[::7f00:1]:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://[::ffff:7f00:1]:PORT/',
  'http://[0:0:0:0:0:ffff:7f00:1]:PORT/',
  'http://[::FFFF:0:0]:PORT/',
  'http://[64:ff9b::127.0.0.1]:PORT/',
  'http://[64:ff9b:1::7f00:1]:PORT/',
  'http://[2002:7f00:1::]:PORT/',
  'http://[2001:0:7f00:1::]:PORT/',
  // Private, shared, link-local, documentation, benchmarking, multicast, reserved.
  'http://10.0.0.1/',
  'http://10.255.255.255/',
  'http://167772161/',
  'http://172.16.0.1/',
  'http://172.31.255.254/',
  'http://192.168.0.1/',
  'http://0300.0250.0.1/',
  'http://100.64.0.1/',
  'http://100.127.255.254/',
  'http://192.0.0.8/',
  'http://192.0.2.1/',
  'http://192.88.99.1/',
  'http://198.18.0.1/',
  'http://198.19.255.254/',
  'http://198.51.100.1/',
  'http://203.0.113.1/',
  'http://224.0.0.1/',
  'http://240.0.0.1/',
  'http://255.255.255.255/',
  'http://[fc00::1]/',
  'http://[fd12:3456::1]/',
  'http://[fe80::1]/',
  'http://[fec0::1]/',
  'http://[ff02::1]/',
  'http://[100::1]/',
  'http://[2001:db8::1]/',
  'http://[3fff::1]/',
  'http://[5f00::1]/',
  // Cloud metadata and host agents.
  'http://169.254.169.254/latest/meta-data/',
  'http://169.254.169.253/',
  'http://169.254.170.2/v2/credentials',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://0251.0376.0251.0376/',
  'http://[::ffff:169.254.169.254]/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://[64:ff9b::a9fe:a9fe]/',
  'http://[2002:a9fe:a9fe::]/',
  'http://[fd00:ec2::254]/',
  'http://100.100.100.200/latest/meta-data/',
  'http://168.63.129.16/',
  'http://192.0.0.192/opc/v2/',
  // Not HTTP, or with something smuggled in.
  'file:///etc/passwd',
  'ftp://127.0.0.1:PORT/',
  'gopher://127.0.0.1:PORT/_GET',
  'dict://127.0.0.1:PORT/info',
  'ws://127.0.0.1:PORT/',
  'data:text/plain,hello',
  'javascript:alert(1)',
  'blob:http://127.0.0.1:PORT/x',
  'unix:/var/run/docker.sock',
  'http://user@127.0.0.1:PORT/',
  'http://user:password@example.com/',
  'http://example.com@127.0.0.1:PORT/',
  'http://:@127.0.0.1:PORT/',
  'http://',
  'http://[::1',
  '//127.0.0.1:PORT/',
  '',
];

describe('hostile URLs', () => {
  let server: Server;
  let port: number;
  let reached = 0;
  // Names lead inside, whatever they are: the machine's own resolver has no part in this.
  const egress = new Egress({ allow: [], lookup: async () => [{ address: '127.0.0.1', family: 4 }] });
  const exchange = egress.exchange();

  beforeAll(async () => {
    server = createServer((_request, response) => {
      reached++;
      response.end('secret');
    });
    await new Promise<void>((ok) => server.listen(0, ok));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    await egress.close();
    server.closeAllConnections();
    server.close();
  });

  it('are a corpus worth the name', () => {
    expect(new Set(HOSTILE).size).toBe(HOSTILE.length);
    expect(HOSTILE.length).toBeGreaterThanOrEqual(60);
  });

  it.each(HOSTILE)('%j is called by no road', async (pattern) => {
    const text = pattern.replaceAll('PORT', String(port));
    await expect(post(egress, exchange, text)).rejects.toThrow(EgressRefused);
    // The roads of connectors, which may be handed a URL that nobody has read before.
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url && /^https?:$/.test(url.protocol)) {
      await expect(egress.http().get(url.href)).rejects.toThrow(/may not be called/);
      await expect(egress.fetcher().request({ origin: url.origin, path: url.pathname, method: 'GET' })).rejects.toThrow(
        /may not be called/,
      );
      await expect(egress.resolve(url.hostname)).rejects.toThrow(EgressRefused);
    }
    expect(reached).toBe(0);
  });

  it('are not reached by a proxy that the environment names', async () => {
    const before = { ...process.env };
    Object.assign(process.env, { http_proxy: `http://127.0.0.1:${port}`, HTTP_PROXY: `http://127.0.0.1:${port}` });
    try {
      for (const url of ['http://10.0.0.1/', 'http://169.254.169.254/'])
        await expect(egress.http().get(url)).rejects.toThrow(/may not be called/);
      await expect(post(egress, exchange, 'http://10.0.0.1/')).rejects.toThrow(EgressRefused);
    } finally {
      process.env = before;
    }
    expect(reached).toBe(0);
  });
});

describe('a name whose answer changes', () => {
  let dns: Socket;
  let server: Server;
  let port: number;
  let asked = 0;
  /** What the server says next; the last for ever. */
  let answers: string[] = [];
  let egress: Egress;
  let exchange: Exchange;
  const hits: string[] = [];

  beforeAll(async () => {
    dns = createSocket('udp4');
    dns.on('message', (query, from) => {
      asked++;
      const address = answers.length > 1 ? answers.shift()! : answers[0]!;
      dns.send(answerTo(query, address), from.port, from.address);
    });
    await new Promise<void>((ok) => dns.bind(0, '127.0.0.1', ok));
    const resolver = new Resolver();
    resolver.setServers([`127.0.0.1:${dns.address().port}`]);
    const lookup = async (host: string) => (await resolver.resolve4(host)).map((address) => ({ address, family: 4 }));
    server = createServer((request, response) => {
      hits.push(`${request.socket.localAddress} ${request.headers.host}`);
      if (request.url === '/away') response.writeHead(302, { location: `http://127.0.0.1:${port}/landed` }).end();
      else response.end('ok');
    });
    await new Promise<void>((ok) => server.listen(0, '0.0.0.0', ok));
    port = (server.address() as AddressInfo).port;
    // 127.0.0.2 stands for a public address; 127.0.0.1 for what is inside.
    egress = new Egress({ allow: ['127.0.0.2/32'], lookup });
    exchange = egress.exchange();
  });
  afterAll(async () => {
    await egress.close();
    server.closeAllConnections();
    server.close();
    dns.close();
  });

  it('is dialled at the address that was vetted, and asked for once', async () => {
    answers = ['127.0.0.2', '127.0.0.1'];
    const answer = await post(egress, exchange, `http://rebind.test:${port}/`);
    expect([answer.status, answer.ip, asked]).toEqual([200, '127.0.0.2', 1]);
    expect(hits).toEqual([`127.0.0.2 rebind.test:${port}`]);
  });

  it('is refused once it leads inside', async () => {
    answers = ['127.0.0.1'];
    await expect(post(egress, exchange, `http://inside.test:${port}/`)).rejects.toThrow(
      /127\.0\.0\.1, which is not public/,
    );
    await expect(egress.http().get(`http://inside.test:${port}/`)).rejects.toThrow(/not public/);
    answers = ['169.254.169.254'];
    await expect(post(egress, exchange, `http://metadata.test/`)).rejects.toThrow(/not public/);
    expect(hits).toHaveLength(1);
  });

  it('is not followed elsewhere', async () => {
    answers = ['127.0.0.2'];
    const answer = await post(egress, exchange, `http://away.test:${port}/away`);
    expect(answer.status).toBe(302);
    expect(hits.filter((h) => h.startsWith('127.0.0.1'))).toEqual([]);
  });
});

async function post(egress: Egress, exchange: Exchange, text: string) {
  const url = egress.checkUrl(text);
  return exchange.send({ url, method: 'POST', headers: {}, body: 'x', timeoutMs: 3000, keepBytes: 100 });
}

/** A DNS answer with one A record that may not be kept (RFC 1035 §4). */
function answerTo(query: Buffer, address: string): Buffer {
  const end = query.indexOf(0, 12) + 5;
  const head = Buffer.from([query[0]!, query[1]!, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
  const record = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]);
  return Buffer.concat([head, query.subarray(12, end), record]);
}
