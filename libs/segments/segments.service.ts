import { Inject, Injectable } from '@nestjs/common';
import { dayOf, DRAINS, ExpressionError, type Origin } from '#canonical';
import {
  CLOCK,
  type Clock,
  Database,
  defineErrors,
  Metrics,
  platformErrors,
  type Statement,
  type Tx,
  uuidv7,
  Wakes,
} from '#platform';
import { TAKE_HISTORY, TAKE_LIVE } from './changed.sql.js';
import { type ActiveSegment, LIVE, MEMBERSHIP_LANE, refreshAll, refreshClients } from './membership.js';
import { parseRule, type Rule } from './rule/rule.js';
import { ruleToSql } from './rule/rule-sql.js';
import { Segment, SegmentVersion } from './segment.entity.js';

export const segmentErrors = defineErrors({
  SEGMENT_RULE_INVALID: {
    status: 400,
    en: 'The rule is not valid: {reason} (at character {at}).',
    zh: '规则无效：{reason}（第 {at} 个字符）。',
  },
  SEGMENT_CODE_TAKEN: {
    status: 409,
    en: 'A segment with the code "{code}" exists. Choose another code, or change that segment.',
    zh: '分群代码 "{code}" 已存在。请更换代码或修改该分群。',
  },
});

/** From this many waiting clients on, one statement over everybody is cheaper than profiles one by one. */
const MANY = 3000;

export interface SegmentView extends Segment {
  readonly rule: string;
  readonly members: number;
}

/** Segments: define, count, list members, and keep membership true as clients change and days pass. */
@Injectable()
export class SegmentsService {
  private readonly parsed = new Map<string, Rule>();

  constructor(
    private readonly db: Database,
    private readonly wakes: Wakes,
    private readonly metrics: Metrics,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Creates a segment; who matches now enters as history. @throws SEGMENT_RULE_INVALID, SEGMENT_CODE_TAKEN. */
  async create(tx: Tx, s: { code: string; name: string; rule: string }, actor: string): Promise<Segment> {
    this.parse(s.rule);
    if (await tx.manager.existsBy(Segment, { code: s.code })) throw segmentErrors.SEGMENT_CODE_TAKEN({ code: s.code });
    const now = this.clock.now();
    const segment = await tx.manager.save(
      tx.manager.create(Segment, {
        id: uuidv7(),
        code: s.code,
        name: s.name,
        version: 1,
        state: 'active',
        createdBy: actor,
        createdAt: now,
        updatedAt: now,
        evaluatedAt: null,
        evaluatedDay: null,
      }),
    );
    await tx.manager.insert(SegmentVersion, {
      segmentId: segment.id,
      version: 1,
      rule: s.rule,
      createdBy: actor,
      createdAt: now,
    });
    await this.evaluate(tx, segment);
    return segment;
  }

  /** A new version of the rule. Whoever enters or leaves by it does so as history: a changed rule sends nothing. */
  async update(
    tx: Tx,
    id: string,
    version: number,
    change: { name?: string | undefined; rule?: string | undefined },
    actor: string,
  ): Promise<Segment> {
    const segment = await tx.manager.findOne(Segment, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!segment) throw platformErrors.NOT_FOUND({ what: 'segment', id });
    if (segment.version !== version)
      throw platformErrors.VERSION_MISMATCH({ what: 'segment', sent: version, current: segment.version });
    segment.name = change.name ?? segment.name;
    segment.version++;
    segment.updatedAt = this.clock.now();
    const rule = change.rule ?? (await this.ruleOf(tx, id, version));
    this.parse(rule);
    await tx.manager.insert(SegmentVersion, {
      segmentId: id,
      version: segment.version,
      rule,
      createdBy: actor,
      createdAt: segment.updatedAt,
    });
    await tx.manager.save(segment);
    await this.evaluate(tx, segment);
    return segment;
  }

  async get(idOrCode: string): Promise<SegmentView> {
    const [row] = await this.views('where s.id::text = $1 or s.code = $1', [idOrCode]);
    if (!row) throw platformErrors.NOT_FOUND({ what: 'segment', id: idOrCode });
    return row;
  }

  list(): Promise<SegmentView[]> {
    return this.views('order by s.id', []);
  }

  /** How many clients match a rule now, without storing anything. */
  async count(rule: string): Promise<number> {
    const sql = ruleToSql(this.parse(rule), this.today());
    const [row] = await this.db.query<{ n: number }>(`select count(*)::int as n from (${sql.text}) t`, sql.values);
    return row!.n;
  }

  /** One page of members in id order, after the client `after`. */
  members(segmentId: string, limit: number, after?: string): Promise<{ clientId: string; enteredAt: Date }[]> {
    return this.db.query(
      `select m.client_id as "clientId", m.entered_at as "enteredAt" from segment_member m
       where m.segment_id = $1 and ($2::uuid is null or m.client_id > $2) and ${LIVE} order by m.client_id limit ${limit}`,
      [segmentId, after ?? null],
    );
  }

  /** The segments a client is in now, the latest entered first. */
  ofClient(clientId: string): Promise<{ code: string; name: string; enteredAt: Date }[]> {
    return this.db.query(
      `select s.code, s.name, m.entered_at as "enteredAt" from segment_member m join segment s on s.id = m.segment_id
       where m.client_id = $1 order by m.entered_at desc`,
      [clientId],
    );
  }

  parse(rule: string): Rule {
    try {
      return parseRule(rule);
    } catch (e) {
      if (!(e instanceof ExpressionError)) throw e;
      throw segmentErrors.SEGMENT_RULE_INVALID(
        { reason: e.reason, at: e.at + 1 },
        { errors: [{ pointer: '/rule', detail: e.words }] },
      );
    }
  }

  /** Evaluates a segment over everybody now; changes count as history. */
  async evaluate(tx: Tx, segment: Segment): Promise<void> {
    await tx.query('select pg_advisory_xact_lock($1)', [MEMBERSHIP_LANE]);
    const rule = this.parse(await this.ruleOf(tx, segment.id, segment.version));
    await refreshAll(tx, { ...segment, rule }, this.today(), () => 'backfill');
  }

  /**
   * One round of live evaluation: the clients that changed longest ago. Clients that only history changed wait until
   * the backfill pauses, and are then taken all at once.
   *
   * @returns how many clients were looked at.
   */
  async round(): Promise<number> {
    const end = this.metrics.segmentSeconds.startTimer();
    const n = await this.db.tx((tx) => this.lookAtOldest(tx), { durable: false });
    end({ kind: 'live' });
    if (n > 0) {
      this.wakes.wake(DRAINS.campaigns);
      this.wakes.wake(DRAINS.route);
    }
    return n;
  }

  /** Windows move at midnight without any fact: evaluates every segment that was last evaluated on another day. */
  async rollDay(): Promise<number> {
    const end = this.metrics.segmentSeconds.startTimer();
    const today = this.today();
    const due = await this.db.query<{ id: string }>(
      "select id from segment where state = 'active' and evaluated_day is distinct from $1::date",
      [today],
    );
    for (const { id } of due)
      await this.db.tx(async (tx) => {
        await tx.query('select pg_advisory_xact_lock($1)', [MEMBERSHIP_LANE]);
        const [segment] = await this.active(tx, id);
        if (segment) await refreshAll(tx, segment, today, () => 'live');
      });
    end({ kind: 'day' });
    this.wakes.wake(DRAINS.campaigns);
    return due.length;
  }

  private async lookAtOldest(tx: Tx): Promise<number> {
    const [lane] = await tx.query<{ mine: boolean }>('select pg_try_advisory_xact_lock($1) as mine', [MEMBERSHIP_LANE]);
    if (!lane?.mine) return 0;
    const live = await this.take(tx, TAKE_LIVE);
    if (live.size > 0) return this.look(tx, live);
    const history = await this.takeHistory(tx);
    return history.size === 0 ? 0 : this.look(tx, history);
  }

  private async look(tx: Tx, origins: Map<string, Origin>): Promise<number> {
    const segments = await this.active(tx);
    const today = this.today();
    if (origins.size >= MANY)
      for (const s of segments) await refreshAll(tx, s, today, (id) => origins.get(id) ?? 'live');
    else await refreshClients(tx, segments, origins, today);
    return origins.size;
  }

  private async take(tx: Tx, statement: Statement): Promise<Map<string, Origin>> {
    const rows = await tx.query<{ client_id: string; origin: Origin }>(statement);
    return new Map(rows.map((r) => [r.client_id, r.origin]));
  }

  private async takeHistory(tx: Tx): Promise<Map<string, Origin>> {
    const [state] = await tx.query<{ waiting: boolean; busy: boolean; old: boolean }>(
      `select exists (select from client_changed) as waiting,
         exists (select from inbox_batch where done_at is null and origin <> 'live') as busy,
         coalesce((select min(since) < now() - interval '30 seconds' from client_changed), false) as old`,
    );
    if (!state?.waiting || (state.busy && !state.old)) return new Map();
    return this.take(tx, TAKE_HISTORY);
  }

  private async active(tx: Tx, id?: string): Promise<ActiveSegment[]> {
    const rows = await tx.query<{ id: string; code: string; version: number; rule: string }>(
      `select s.id, s.code, s.version, v.rule from segment s
         join segment_version v on v.segment_id = s.id and v.version = s.version
       where s.state = 'active' and ($1::uuid is null or s.id = $1) order by s.id`,
      [id ?? null],
    );
    return rows.map((r) => {
      let rule = this.parsed.get(r.rule);
      if (!rule) this.parsed.set(r.rule, (rule = parseRule(r.rule)));
      return { id: r.id, code: r.code, version: r.version, rule };
    });
  }

  private async ruleOf(tx: Tx, segmentId: string, version: number): Promise<string> {
    return (await tx.manager.findOneByOrFail(SegmentVersion, { segmentId, version })).rule;
  }

  private views(tail: string, values: unknown[]): Promise<SegmentView[]> {
    return this.db.query<SegmentView>(
      `select s.id, s.code, s.name, s.version, s.state, s.evaluated_at as "evaluatedAt", s.evaluated_day as "evaluatedDay",
         s.created_by as "createdBy", s.created_at as "createdAt", s.updated_at as "updatedAt", v.rule,
         (select count(*)::int from segment_member m where m.segment_id = s.id and ${LIVE}) as members
       from segment s join segment_version v on v.segment_id = s.id and v.version = s.version ${tail}`,
      values,
    );
  }

  private today() {
    return dayOf(this.clock.now());
  }
}
