import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { percentile, round } from './statistics.js';

/**
 * A downstream in a process of its own: answers 204, counts, and notes how long after its `sentAt` each message came.
 * GET /stats tells and forgets. /hole never answers; /beside answers, and is not counted.
 */
let count = 0;
let latencies: number[] = [];
let first = 0;
let last = 0;

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    const seconds = (last - first) / 1000;
    const stats = { count, seconds, p50Ms: round(percentile(latencies, 50)), p99Ms: round(percentile(latencies, 99)) };
    if (request.url === '/stats') [count, latencies, first, last] = [0, [], 0, 0];
    response.end(JSON.stringify(count === 0 && request.url === '/count' ? { count: 0 } : stats));
    return;
  }
  if (request.url === '/hole' || request.url === '/beside') {
    request.resume();
    if (request.url === '/beside') request.on('end', () => response.writeHead(204).end());
    return;
  }
  const parts: Buffer[] = [];
  request.on('data', (d: Buffer) => parts.push(d));
  request.on('end', () => {
    const now = Date.now();
    const body = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const at = body.indexOf('"sentAt":');
    if (at >= 0) latencies.push(now - Number.parseInt(body.toString('latin1', at + 9, at + 24), 10));
    if (count++ === 0) first = now;
    last = now;
    response.writeHead(204).end();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
});
process.on('SIGTERM', () => process.exit(0));
