import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../project.js';
import { Api } from '../api.js';
import { CliError, EXIT } from '../exit.js';
import { type Check, checkEffects, checkIntake, checkWebhooks } from './checks.js';
import { type Child, startChild } from './children.js';
import { Firm } from './firm.js';
import { Narrator, progress } from './narrator.js';
import { registerFirm } from './registration.js';

export interface DemoOptions {
  readonly once: boolean;
  readonly json: boolean;
  readonly clients: number;
  readonly seed: string;
  readonly dataDir: string;
  readonly port: number;
}

interface SystemView {
  code: string;
  streams: {
    name: string;
    phase: 'backfill' | 'live';
    rowsDone: number;
    rowsExpected: number | null;
    error: { message: string; nextStep?: string } | null;
  }[];
}
interface Loop {
  clients: number;
  islands: { code: string; read: number; waiting: number; applied: number; quarantined: number }[];
  segments: { code: string; members: number }[];
}
interface CampaignView {
  state: string;
  plan: { audience: number; control: number; ready: number; suppressed: Record<string, number> } | null;
}
interface Funnel {
  items: { step: string; states: Record<string, number>; outcomes: Record<string, number> }[];
}
interface Results {
  treatment: { clients: number; successes: number; rate: number };
  control: { clients: number; successes: number; rate: number };
  effect: { estimate: number; low: number; high: number; significant: boolean };
}

const SEGMENT = 'wealth-at-risk';
const CAMPAIGN = 'keep-wealth-2026';
const LIVE_FACTS_PER_SECOND = 40;
const MOST_WAIT_FOR_EXITS_MS = 60_000;

/**
 * The whole loop from one command: a pretend firm and a hub, four systems registered and read from their beginning, a
 * retention campaign planned, approved, launched and carried out, its outcome against control, webhooks downstream.
 *
 * @returns the figures; `ok` only if every count agrees.
 */
export async function demo(o: DemoOptions, signal: AbortSignal): Promise<Record<string, unknown>> {
  const n = new Narrator(o.json && o.once);
  const children: Child<unknown>[] = [];
  const stopAll = async () => {
    for (const child of children.splice(0).toReversed()) await child.stop();
  };
  try {
    const figures = await run(o, n, children, signal);
    if (!o.once) await untilStopped(children, signal);
    return figures;
  } catch (e) {
    if (signal.aborted) return { ok: false, interrupted: true };
    throw e;
  } finally {
    n.say('Stopping …', '正在停止 …');
    await stopAll();
  }
}

async function run(
  o: DemoOptions,
  n: Narrator,
  children: Child<unknown>[],
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  n.say(
    `A pretend firm with ${o.clients} clients is made, and the hub is started.`,
    `正在生成含 ${o.clients} 位客户的模拟券商，并启动集成中心。`,
  );
  const [simulator, hub] = await Promise.all([startSimulator(o), startHub(o)]);
  children.push(simulator, hub);
  const firm = new Firm(simulator.ready);
  const admin = keyOf(o, hub.ready, 'admin');
  const approver = keyOf(o, hub.ready, 'approver');
  n.say(`The hub is at ${hub.ready}.`, `集成中心地址：${hub.ready}`);
  if (!o.once) await sayWhere(n, admin);
  const startedAt = n.seconds;

  const again = (await registerFirm(admin, firm)) === 'known';
  if (again)
    n.say(
      'The four systems are known from the last start. Reading goes on where it was.',
      '四个系统在上次启动时已注册，从上次的位置继续读取。',
    );
  else
    n.say(
      'Four systems are registered: trading counter, call centre, mail, web. Reading them from the beginning.',
      '已注册四个系统：交易柜台、呼叫中心、邮件、网站。正在回填历史数据。',
    );
  const backfill = await watchBackfill(admin, n, signal);
  const intake = await checkIntake(admin, firm);
  if (again)
    n.say(
      `Up to date: ${backfill.records} records are here in all, of ${backfill.clients} clients. Going live.`,
      `已是最新：共 ${backfill.records} 条记录，${backfill.clients} 位客户。进入实时。`,
    );
  else
    n.say(
      `${backfill.records} records became ${backfill.clients} clients in ${backfill.seconds.toFixed(0)} s (${Math.round(backfill.records / backfill.seconds)}/s). Going live.`,
      `${backfill.records} 条记录归并为 ${backfill.clients} 位客户，用时 ${backfill.seconds.toFixed(0)} 秒（${Math.round(backfill.records / backfill.seconds)} 条/秒）。进入实时。`,
    );
  if (backfill.quarantined > 0)
    n.say(
      `${backfill.quarantined} records could not be read; they stand in quarantine with the reason, and the others went on.`,
      `${backfill.quarantined} 条记录无法解析，已连同原因进入隔离区，其余照常处理。`,
    );
  await firm.live(LIVE_FACTS_PER_SECOND);

  const campaign = await runCampaign(admin, approver, n, signal);
  const decidedBefore = (await firm.counts()).exits.leave > 0;
  const exits = await firm.exits();
  if (!decidedBefore)
    n.say(
      'The clients at risk make up their minds: some leave, and their custody transfers are booked at the counter.',
      '高风险客户作出决定：部分客户转出，柜台记录转托管。',
    );
  const results = await watchResults(admin, n, exits.leave, signal);
  if (o.once) await firm.live(0);

  const checks = o.once
    ? await settled(
        async () => [...intake, ...(await checkEffects(admin, firm, CAMPAIGN)), ...(await checkWebhooks(admin, firm))],
        signal,
      )
    : [];
  const planted = (await firm.counts()).planted.atRisk;
  checks.push({
    what: 'clients at risk: found and planted',
    hub: campaign.audience,
    peer: planted,
    ok: campaign.audience === planted,
  });
  for (const c of checks.filter((x) => !x.ok))
    n.say(`MISMATCH ${c.what}: hub ${c.hub}, peer ${c.peer}`, `不一致 ${c.what}：中心 ${c.hub}，对端 ${c.peer}`);
  const ok = checks.every((c) => c.ok);
  if (o.once && ok) n.say(`All ${checks.length} counts agree.`, `全部 ${checks.length} 项计数一致。`);
  if (!o.once) await sayWhere(n, admin);
  return {
    ok,
    seconds: round(n.seconds),
    startSeconds: round(startedAt),
    clients: backfill.clients,
    records: backfill.records,
    backfillSeconds: round(backfill.seconds),
    recordsPerSecond: Math.round(backfill.records / backfill.seconds),
    quarantined: backfill.quarantined,
    campaign,
    exits,
    results,
    checks,
  };
}

function startSimulator(o: DemoOptions): Promise<Child<string>> {
  return startChild({
    name: 'simulator',
    script: join(projectRoot, 'dist/apps/simulator/src/main.js'),
    log: join(o.dataDir, 'simulator.log'),
    env: {
      ISTHMUS_SIM_DATA_DIR: join(o.dataDir, 'simulator'),
      ISTHMUS_SIM_CLIENTS: String(o.clients),
      ISTHMUS_SIM_SEED: o.seed,
      ISTHMUS_SIM_CONTROL_PORT: '0',
    },
    ready: (line) => (line.startsWith('{"ready":true') ? (JSON.parse(line) as { control: string }).control : undefined),
  });
}

function startHub(o: DemoOptions): Promise<Child<string>> {
  return startChild({
    name: 'hub',
    script: join(projectRoot, 'dist/apps/hub/src/main.js'),
    log: join(o.dataDir, 'hub.log'),
    env: {
      ISTHMUS_DATA_DIR: join(o.dataDir, 'hub'),
      ISTHMUS_PORT: String(o.port),
      // The firm's systems are on this machine.
      ISTHMUS_EGRESS_ALLOW: '127.0.0.0/8',
    },
    ready: (line) => {
      if (!line.includes('"msg":"the hub is ready"')) return undefined;
      return (JSON.parse(line) as { url: string }).url;
    },
  });
}

function keyOf(o: DemoOptions, url: string, login: string): Api {
  return new Api(url, readFileSync(join(resolve(o.dataDir), 'hub', `${login}.key`), 'utf8').trim());
}

async function sayWhere(n: Narrator, api: Api): Promise<void> {
  const { link } = await api.post<{ link: string }>('/users/admin/sign-in-link');
  n.say(
    `Look at it: ${api.url}/sign-in/${link} (signs you in once, within 30 minutes). Ctrl-C stops everything.`,
    `打开控制台：${api.url}/sign-in/${link}（一次有效，30 分钟内）。按 Ctrl-C 停止。`,
  );
}

async function watchBackfill(api: Api, n: Narrator, signal: AbortSignal) {
  const start = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const asked = performance.now();
    const [{ items }, loop] = await Promise.all([api.get<{ items: SystemView[] }>('/systems'), api.get<Loop>('/loop')]);
    const streams = items.flatMap((s) => s.streams);
    const fault = streams.find((s) => s.error !== null)?.error;
    if (fault)
      n.say(
        `A stream has a fault: ${fault.message} ${fault.nextStep ?? ''}`,
        `数据流异常：${fault.message} ${fault.nextStep ?? ''}`,
      );
    const records = loop.islands.reduce((sum, i) => sum + i.read, 0);
    const waiting = loop.islands.reduce((sum, i) => sum + i.waiting, 0);
    const seconds = (performance.now() - start) / 1000;
    const expected = streams.every((s) => s.rowsExpected !== null)
      ? streams.reduce((sum, s) => sum + (s.rowsExpected ?? 0), 0)
      : undefined;
    const perSecond = (records - waiting) / seconds;
    n.move(
      `Backfill ${progress(records - waiting, expected, perSecond)}, ${loop.clients} clients`,
      `回填 ${progress(records - waiting, expected, perSecond)}，${loop.clients} 位客户`,
    );
    const read =
      items.length >= 4 && items.every((s) => s.streams.every((x) => x.phase === 'live')) && streams.length > 0;
    if (read && waiting === 0 && records > 0 && (expected === undefined || records >= expected))
      return {
        seconds,
        records,
        clients: loop.clients,
        quarantined: loop.islands.reduce((sum, i) => sum + i.quarantined, 0),
      };
    // Counting a large firm takes a while: watching does not slow down what is watched.
    await pause(Math.max(500, 5 * (performance.now() - asked)), signal);
  }
}

async function runCampaign(admin: Api, approver: Api, n: Narrator, signal: AbortSignal) {
  const segment = yaml('segment.yaml');
  const known = (await admin.get<Loop>('/loop')).segments.find((s) => s.code === SEGMENT);
  if (!known) await admin.post('/segments', segment);
  const existing = await admin.get<{ items: { code: string; state: string }[] }>('/campaigns');
  if (!existing.items.some((c) => c.code === CAMPAIGN)) await admin.post('/campaigns', yaml('campaign.yaml'));
  let campaign = await admin.get<CampaignView>(`/campaigns/${CAMPAIGN}`);
  const launchedBefore = !['draft', 'planned', 'submitted', 'approved'].includes(campaign.state);
  if (launchedBefore)
    n.say('The retention campaign was launched before; it goes on.', '挽留活动此前已启动，继续执行。');
  if (!launchedBefore) {
    campaign = await admin.post<CampaignView>(`/campaigns/${CAMPAIGN}/plan`);
    await admin.post(`/campaigns/${CAMPAIGN}/submit`);
    await approver.post(`/campaigns/${CAMPAIGN}/approve`, { reason: 'demo' });
    await admin.post(`/campaigns/${CAMPAIGN}/launch`);
    const { audience, control } = campaign.plan!;
    n.say(
      `The retention campaign is planned by one person, approved by another, and launched: ${audience} clients at risk, ${control} of them left alone to compare with.`,
      `挽留活动由一人制定、另一人审批后启动：高风险客户 ${audience} 位，其中 ${control} 位为对照组。`,
    );
  }
  const start = performance.now();
  for (let quiet = 0; ;) {
    signal.throwIfAborted();
    campaign = await admin.get<CampaignView>(`/campaigns/${CAMPAIGN}`);
    const { items } = await admin.get<Funnel>(`/campaigns/${CAMPAIGN}/funnel`);
    const text = items
      .map(
        (s) =>
          `${s.step} ${Object.entries(s.states)
            .map(([k, v]) => `${k} ${v}`)
            .join(', ')}`,
      )
      .join(' · ');
    const paused = campaign.state === 'paused';
    n.move(`Campaign${paused ? ' (paused by somebody)' : ''}: ${text}`, `活动${paused ? '（已被暂停）' : ''}：${text}`);
    const open = items.reduce((sum, s) => sum + (s.states['ready'] ?? 0) + (s.states['claimed'] ?? 0), 0);
    const calls = items.find((s) => s.step === 'call');
    const undecided = (calls?.states['sent'] ?? 0) + open;
    const acted = items.reduce((sum, s) => sum + Object.values(s.states).reduce((a, b) => a + b, 0), 0);
    // A step that was decided a moment ago becomes the next one a moment later.
    quiet = undecided === 0 && acted >= (campaign.plan?.audience ?? 0) ? quiet + 1 : 0;
    if (quiet >= 4) {
      const seconds = (performance.now() - start) / 1000;
      const took = launchedBefore ? ['', ''] : [` in ${seconds.toFixed(0)} s`, `，用时 ${seconds.toFixed(0)} 秒`];
      n.say(`Carried out${took[0]}: ${text}`, `执行完毕${took[1]}：${text}`);
      return { ...campaign.plan!, seconds: round(seconds), funnel: items };
    }
    await pause(500, signal);
  }
}

/** Exits that do not arrive are not waited for without end: the figures then say how many are missing. */
async function watchResults(api: Api, n: Narrator, leaving: number, signal: AbortSignal): Promise<Results> {
  for (const last = performance.now() + MOST_WAIT_FOR_EXITS_MS; ;) {
    signal.throwIfAborted();
    const r = await api.get<Results>(`/campaigns/${CAMPAIGN}/results`);
    const left = r.treatment.clients - r.treatment.successes + r.control.clients - r.control.successes;
    n.move(`Results: ${left} of ${leaving} exits have arrived`, `结果：${leaving} 笔转出中已到达 ${left} 笔`);
    if (left >= leaving || performance.now() > last) {
      const p = (x: number) => `${(100 * x).toFixed(1)} %`;
      const e = r.effect;
      n.say(
        `Stayed: ${p(r.treatment.rate)} of the treated, ${p(r.control.rate)} of the control group; effect ${p(e.estimate)} (95 % interval ${p(e.low)} to ${p(e.high)}${e.significant ? '' : ', not significant'}).`,
        `留存率：执行组 ${p(r.treatment.rate)}，对照组 ${p(r.control.rate)}；效果 ${p(e.estimate)}（95% 置信区间 ${p(e.low)} 至 ${p(e.high)}${e.significant ? '' : '，不显著'}）。`,
      );
      return r;
    }
    await pause(300, signal);
  }
}

/** Looks until the counts agree, for at most 20 seconds: events are on their way when the campaign is carried out. */
async function settled(look: () => Promise<Check[]>, signal: AbortSignal): Promise<Check[]> {
  for (let i = 0; ; i++) {
    const checks = await look();
    if (checks.every((c) => c.ok) || i >= 20) return checks;
    await pause(1000, signal);
  }
}

async function untilStopped(children: readonly Child<unknown>[], signal: AbortSignal): Promise<void> {
  const stopped = new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));
  const died = Promise.race(children.map(async (c) => ({ name: c.name, code: await c.ended })));
  const first = await Promise.race([stopped, died]);
  if (first && !signal.aborted)
    throw new CliError(`The ${first.name} ended with code ${first.code}; see its log.`, EXIT.failed);
}

function yaml(name: string): Record<string, unknown> {
  return parse(readFileSync(join(projectRoot, 'config/demo', name), 'utf8')) as Record<string, unknown>;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), done()), { once: true });
  });
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}
