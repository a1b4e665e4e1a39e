import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../people/person.js';
import type { Effect, Faults } from '../peer.js';
import { fromLocalTime, localTime } from './local-time.js';
import type { SqlServer } from './sql-server.js';

const LOOK_MS = 200;
/** Commission rates that the counter grants, in 万分之. */
const LEAST_RATE = 0.5;
const MOST_RATE = 30;

const STATUS: Record<string, string> = { '0': 'waiting', '1': 'done', '2': 'refused' };

interface Request extends Record<string, string> {
  request_id: string;
  fund_account: string;
  rate: string;
}

/**
 * Works off the commission requests: the rate of the account is changed and the request is done, in one transaction, or
 * the request is refused with a message. A sick desk is slow (`delayMs`), refuses (`failRatio`), or changes the rate and
 * forgets to say so (`dropAnswerRatio`: the request stays at status 0 for good).
 */
export class CommissionDesk {
  faults: Faults = {};
  private readonly stopping = new AbortController();
  private readonly work: Promise<void>;

  constructor(
    private readonly server: SqlServer,
    private readonly random: Random,
    private readonly onError: (e: unknown) => void,
  ) {
    this.work = this.run();
  }

  /** A request can arrive once only: its id is the key of the table. */
  async effects(): Promise<Effect[]> {
    const rows = await this.server.rows<Record<string, string>>(
      'select request_id, fund_account, status, message, created_at from commission_request order by created_at, request_id',
    );
    return rows.map((r) => {
      const at = fromLocalTime(r['created_at']!).toISOString();
      return {
        id: r['request_id']!,
        arrivals: 1,
        firstAt: at,
        lastAt: at,
        to: r['fund_account']!,
        outcome: STATUS[r['status']!]!,
      };
    });
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.work;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const requests = await this.server.rows<Request>(
          'select request_id, fund_account, rate from commission_request where processed_at is null order by created_at limit 200',
        );
        for (const request of requests) if (!signal.aborted) await this.decide(request, signal);
      } catch (e) {
        if (!signal.aborted) this.onError(e);
      }
      await delay(LOOK_MS, undefined, { signal }).catch(() => {});
    }
  }

  private async decide(request: Request, signal: AbortSignal): Promise<void> {
    const { delayMs, failRatio = 0, dropAnswerRatio = 0 } = this.faults;
    if (delayMs) await delay(delayMs, undefined, { signal }).catch(() => {});
    const sick = this.random() < failRatio;
    const forgets = this.random() < dropAnswerRatio;
    const now = localTime(Date.now());
    await this.server.transaction(async (tx) => {
      const rate = Number(request.rate);
      let message = '';
      if (sick) message = '系统忙，请稍后再试';
      else if (!(rate >= LEAST_RATE && rate <= MOST_RATE))
        message = `佣金率 ${request.rate} 超出范围 ${LEAST_RATE}–${MOST_RATE}`;
      else if (
        (await tx.run('update fund_account set commission_rate = ?, updated_at = ? where fund_account = ?', [
          request.rate,
          now,
          request.fund_account,
        ])) === 0
      )
        message = '资金账号不存在';
      await tx.run('update commission_request set status = ?, message = ?, processed_at = ? where request_id = ?', [
        forgets && message === '' ? 0 : message === '' ? 1 : 2,
        message,
        now,
        request.request_id,
      ]);
    });
  }
}
