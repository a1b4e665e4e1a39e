import { keepPreviousData } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { getListDeliveryAttemptsQueryKey, useGetDelivery, useListDeliveryAttempts } from '../api/generated/hub.js';
import type { DeliveryAttemptList, DeliveryDetail, Endpoint } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useSignedIn } from '../session/session.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import { AttemptView } from './attempt-view.js';
import { CodeBlock } from './code-block.js';
import { DeliveryActions } from './delivery-actions.js';
import { DeliveryFacts } from './delivery-facts.js';
import { DeliveryState, isOpen } from './delivery-state.js';

const SOON_MS = 2000;
const TEST = 'endpoint.test';

interface Props {
  readonly id: string;
  readonly endpoint: Endpoint;
  readonly close: () => void;
}

/** One delivery: what it carries, every attempt with what came back, and what can be done about it. */
export function DeliveryDetailPanel({ id, endpoint, close }: Props) {
  const { t } = useTranslation();
  const mayWrite = useSignedIn().scopes.includes('write');
  const query = useGetDelivery<DeliveryDetail, Problem>(id, {
    query: { refetchInterval: (q) => (q.state.data && !isOpen(q.state.data.state) ? false : SOON_MS) },
  });
  const { data, error } = query;
  const open = data === undefined || isOpen(data.state);
  // Sent again, a delivery may have ended before it was seen under way: each end has attempts of its own.
  const attempts = useListDeliveryAttempts<DeliveryAttemptList, Problem>(id, {
    query: {
      queryKey: [...getListDeliveryAttemptsQueryKey(id), data?.endedAt],
      placeholderData: keepPreviousData,
      refetchInterval: open ? SOON_MS : false,
    },
  });
  // A test carries the type that it is a sample of.
  const inside = data?.event['type'];
  const carried = typeof inside === 'string' ? inside : data?.type;
  const all = attempts.data?.items ?? [];
  const body = data?.sent?.body ?? '';
  const plain = data !== undefined && body === JSON.stringify(data.event);
  return (
    <article className="panel delivery" aria-label={t('delivery.title')}>
      <header className="panel-head">
        <div>
          <h2>
            <code>{carried ?? '…'}</code>
          </h2>
          {data && (
            <p className="delivery-signs">
              <DeliveryState delivery={data} />
              {data.type === TEST && <span className="quiet">{t('delivery.test')}</span>}
            </p>
          )}
        </div>
        <button type="button" className="link" onClick={close}>
          {t('delivery.close')}
        </button>
      </header>
      {error && <ProblemNote what={t('delivery.failed')} problem={error} retry={() => void query.refetch()} />}
      {!data && !error && <TableSkeleton rows={6} />}
      {data && (
        <>
          <DeliveryActions delivery={data} endpoint={endpoint} last={all.at(-1)} body={body} mayWrite={mayWrite} />
          <DeliveryFacts delivery={data} endpoint={endpoint} />
          <h3>{t('delivery.attempts')}</h3>
          {attempts.error && (
            <ProblemNote
              what={t('delivery.attemptsFailed')}
              problem={attempts.error}
              retry={() => void attempts.refetch()}
            />
          )}
          {attempts.data && all.length === 0 && <p className="quiet">{t('delivery.noAttempt')}</p>}
          <ol className="attempts">
            {all
              .map((a, i) => <AttemptView key={a.at + String(i)} attempt={a} no={i + 1} open={i === all.length - 1} />)
              .toReversed()}
          </ol>
          {data.sent && !plain && (
            <>
              <CodeBlock label={t(data.sent.asSent ? 'delivery.sent' : 'delivery.made')} text={indented(body)} />
              {!data.sent.asSent && (
                <p className="quiet">{t(all.length > 0 ? 'delivery.madeAnew' : 'delivery.notYet')}</p>
              )}
            </>
          )}
          {!data.sent && <p className="quiet">{t('delivery.noBody')}</p>}
          <CodeBlock label={t('delivery.event')} text={JSON.stringify(data.event, null, 2)} />
        </>
      )}
    </article>
  );
}

/** The same JSON, to be read. */
function indented(body: string): string {
  return JSON.stringify(JSON.parse(body), null, 2);
}
