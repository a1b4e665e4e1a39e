import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { percentile, round } from './statistics.js';

/** What the callers shall do. They run in a process of their own, so that they do not take the hub's event loop. */
export interface CallerJob {
  readonly url: string;
  readonly path: string;
  readonly writeKey: string;
  readonly callers: number;
  readonly warmupSeconds: number;
  readonly seconds: number;
  /** Events in a request. */
  readonly batch: number;
  /** Events a second; absent: as fast as answers come. */
  readonly rate?: number;
  /** Distinct in every job, so that no event repeats another's id. */
  readonly prefix: string;
  /** How many users the events spread over. */
  readonly users: number;
  /** Of how many events one is a login, each of a user of its own whose id ends with the time of sending; the others are features. */
  readonly alarmEvery?: number;
}

export interface CallerResult {
  readonly events: number;
  readonly failed: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const PAD = 'x'.repeat(720);

/** A track event of about 1 KB. */
function event(job: CallerJob, n: number): object {
  const alarm = job.alarmEvery !== undefined && n % job.alarmEvery === 0;
  return {
    type: 'track',
    event: alarm ? 'Logged In' : 'Feature Used',
    messageId: `${job.prefix}-${n}`,
    userId: alarm ? `${job.prefix}-alarm-${n}-${Date.now()}` : `u${n % job.users}`,
    timestamp: new Date().toISOString(),
    sentAt: new Date().toISOString(),
    context: { library: { name: 'load', version: '1' } },
    properties: { url: 'https://www.example.com/trade', pad: PAD },
  };
}

async function main(job: CallerJob): Promise<CallerResult> {
  const pool = new Pool(job.url, { connections: job.callers, pipelining: 1 });
  const headers = {
    'content-type': 'application/json',
    authorization: `Basic ${Buffer.from(`${job.writeKey}:`).toString('base64')}`,
  };
  const latencies: number[] = [];
  let n = 0;
  let failed = 0;
  const begin = performance.now() + job.warmupSeconds * 1000;
  const end = begin + job.seconds * 1000;

  const send = async (): Promise<void> => {
    const events = Array.from({ length: job.batch }, () => event(job, n++));
    const body = JSON.stringify(job.batch === 1 ? events[0] : { batch: events });
    const started = performance.now();
    const answer = await pool.request({ method: 'POST', path: job.path, headers, body });
    await answer.body.dump();
    const now = performance.now();
    if (answer.statusCode >= 300) failed++;
    else if (started >= begin && now <= end) latencies.push(now - started);
  };

  if (job.rate === undefined)
    await Promise.all(
      Array.from({ length: job.callers }, async () => {
        while (performance.now() < end) await send();
      }),
    );
  else {
    // An open loop: what is late is not sent later, it is counted late.
    const under = new Set<Promise<void>>();
    const started = performance.now();
    for (let due = 0; performance.now() < end;) {
      const should = ((performance.now() - started) / 1000) * (job.rate / job.batch);
      for (; due < should; due++) {
        const one = send().finally(() => under.delete(one));
        under.add(one);
      }
      await sleep(2);
    }
    await Promise.all(under);
  }
  await pool.close();
  return {
    events: n,
    failed,
    perSecond: (latencies.length * job.batch) / job.seconds,
    p50Ms: round(percentile(latencies, 50), 2),
    p99Ms: round(percentile(latencies, 99), 2),
  };
}

console.log(JSON.stringify(await main(JSON.parse(process.argv[2]!) as CallerJob)));
