import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AddressPolicy } from './address-policy.js';
import { Egress, EgressRefused } from './egress.js';

const NOT_PUBLIC = [
  '10.1.2.3',
  '172.16.5.5',
  '192.168.1.1',
  '127.0.0.1',
  '127.1.2.3',
  '0.0.0.0',
  '169.254.169.254',
  '100.64.0.1',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.1',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:10.0.0.1',
  '0:0:0:0:0:ffff:7f00:1',
  '::FFFF:A9FE:A9FE',
  '::7f00:1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::a00:1',
  '2002:7f00:1::',
  '2001::1',
  'fe80::1',
  'fec0::1',
  'fc00::1',
  'fd00:ec2::254',
  'ff02::1',
  '100::1',
  '2001:db8::1',
  '3fff::1',
  '5f00::1',
];

describe('AddressPolicy', () => {
  it('refuses every address that is not public, in every spelling', () => {
    const policy = new AddressPolicy([]);
    expect(NOT_PUBLIC.filter((a) => policy.permits(a))).toEqual([]);
    expect(['8.8.8.8', '2606:4700:4700::1111', '223.5.5.5'].every((a) => policy.permits(a))).toBe(true);
  });

  it('lets allowed subnets pass, and metadata addresses never', () => {
    const policy = new AddressPolicy(['10.0.0.0/8', '169.254.0.0/16', '0.0.0.0/0', '::/0']);
    expect(policy.permits('10.9.9.9')).toBe(true);
    expect(
      [
        '169.254.169.254',
        '168.63.129.16',
        '100.100.100.200',
        'fd00:ec2::254',
        '::ffff:169.254.169.254',
        '64:ff9b::169.254.169.254',
        '2002:a9fe:a9fe::1',
        '::169.254.169.254',
      ].filter((a) => policy.permits(a)),
    ).toEqual([]);
    expect(['64:ff9b::8.8.8.8', '2606:4700::1', '::1'].filter((a) => !policy.permits(a))).toEqual([]);
  });

  it.each(['10.0.0.0', '10.0.0.0/33', 'internal/8', '10.0.0.0/x'])('refuses the subnet %j', (subnet) => {
    expect(() => new AddressPolicy([subnet])).toThrow(/is not a subnet/);
  });
});

describe('Egress', () => {
  let server: Server;
  let port: number;
  const hits: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      hits.push(request.url ?? '');
      if (request.url === '/away') response.writeHead(302, { location: `http://127.0.0.1:${port}/landed` }).end();
      else response.end(request.headers.host);
    });
    await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it.each([
    'http://127.0.0.1',
    'http://0x7f.1',
    'http://2130706433',
    'http://127.1',
    'http://[::ffff:127.0.0.1]',
    'http://[::1]',
  ])('reaches %s by neither road', async (origin) => {
    const egress = new Egress({ allow: [] });
    const url = `${origin}:${port}/secret`;
    const refused = (e: Error) => (e.cause instanceof Error ? e.cause : e);
    await expect(
      egress
        .http()
        .get(url)
        .catch((e: Error) => Promise.reject(refused(e))),
    ).rejects.toThrow(/may not be called/);
    await expect(
      egress.fetcher().request({ origin: `${origin}:${port}`, path: '/secret', method: 'GET' }),
    ).rejects.toThrow(/may not be called/);
    expect(hits).not.toContain('/secret');
    await egress.close();
  });

  it('dials the address that was checked, whatever the name says a moment later', async () => {
    let asked = 0;
    const lookup = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '169.254.169.254', family: 4 }];
    const egress = new Egress({ allow: ['127.0.0.0/8'], lookup });
    const answer = await egress.http().get<string>(`http://rebind.test:${port}/`);
    expect(answer.data).toBe(`rebind.test:${port}`); // the Host header stays the name
    await expect(egress.resolve('rebind.test')).rejects.toThrow(EgressRefused);
    await egress.close();
  });

  it('does not follow redirects', async () => {
    const egress = new Egress({ allow: ['127.0.0.0/8'] });
    const { status } = await egress.http().get(`http://127.0.0.1:${port}/away`, { validateStatus: () => true });
    const { statusCode } = await egress
      .fetcher()
      .request({ origin: `http://127.0.0.1:${port}`, path: '/away', method: 'GET' });
    expect([status, statusCode]).toEqual([302, 302]);
    expect(hits).not.toContain('/landed');
    await egress.close();
  });

  it.each([
    'ftp://example.com',
    'http://user:pass@example.com',
    'ftp://user:pass@example.com',
    'http://user:pass@',
    'file:///etc/passwd',
    'nonsense',
  ])('refuses the URL %s', async (url) => {
    const egress = new Egress({ allow: [] });
    expect(() => egress.checkUrl(url)).toThrow(EgressRefused);
    expect(() => egress.checkUrl(url)).not.toThrow(/pass@/);
    await egress.close();
  });

  it.each([
    ['ftp://example.com', /its scheme is ftp:; needed: http: or https:\.$/],
    ['nonsense', /it is not a URL; needed: one such as https:\/\/host\.example\.com\.$/],
    ['http://example.com:6379/', /port 6379 belongs to a service that does not speak HTTP\.$/],
    ['https://example.com:25/', /port 25 belongs/],
    ['http://example.com:0/', /port 0 belongs/],
  ])('says of the URL %s what is wrong, and not what would not help', async (url, said) => {
    const egress = new Egress({ allow: [] });
    expect(() => egress.checkUrl(url)).toThrow(said);
    await egress.close();
  });

  it('lets a broker have its own port', () => {
    expect(new Egress({ allow: [] }).checkUrl('amqps://rabbit.example.com:5672', ['amqps:']).port).toBe('5672');
  });

  it('tells an address that can be allowed from one that never is', async () => {
    const lookup = async (host: string) => [
      { address: host === 'ours.test' ? '10.0.0.1' : '169.254.169.254', family: 4 },
    ];
    const egress = new Egress({ allow: ['169.254.0.0/16'], lookup });
    await expect(egress.resolve('10.0.0.1')).rejects.toThrow(/Add its subnet to ISTHMUS_EGRESS_ALLOW/);
    await expect(egress.resolve('ours.test')).rejects.toThrow(/Add its subnet to ISTHMUS_EGRESS_ALLOW/);
    await expect(egress.resolve('169.254.169.254')).rejects.toThrow(/metadata addresses never are\.$/);
    await expect(egress.resolve('metadata.test')).rejects.toThrow(/metadata addresses never are\.$/);
    await egress.close();
  });
});
