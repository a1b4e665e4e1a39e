import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { clientTimeline, getClientTimelineQueryKey } from '../api/generated/hub.js';
import type { Fact, FactPage } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useFormats } from '../format/formats.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TimelineFact } from './timeline-fact.js';

const PAGE_SIZE = 30;

/** What happened, newest first, by day; older things on demand. */
export function ClientTimeline({ id }: { id: string }) {
  const { t } = useTranslation();
  const f = useFormats();
  const query = useInfiniteQuery<FactPage, Problem, Fact[], readonly unknown[], string | undefined>({
    queryKey: [...getClientTimelineQueryKey(id), 'pages'],
    queryFn: ({ pageParam, signal }) =>
      clientTimeline(id, { limit: PAGE_SIZE, ...(pageParam === undefined ? {} : { cursor: pageParam }) }, { signal }),
    initialPageParam: undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    select: ({ pages }) => pages.flatMap((p) => p.items),
  });
  const { data, error } = query;
  return (
    <section className="panel timeline" id="timeline">
      <h2>{t('client.timeline')}</h2>
      {data?.length === 0 && <p className="quiet">{t('client.nothingHappened')}</p>}
      {data &&
        byDay(data, (at) => f.date(at)).map(([day, facts]) => (
          <section key={day}>
            <h3>{day}</h3>
            <ol>
              {facts.map((fact) => (
                <TimelineFact key={fact.id} fact={fact} />
              ))}
            </ol>
          </section>
        ))}
      {error && (
        <ProblemNote
          what={t('client.timelineFailed')}
          problem={error}
          retry={() => void (data ? query.fetchNextPage() : query.refetch())}
        />
      )}
      {query.hasNextPage && (
        <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('client.older')}
        </Button>
      )}
    </section>
  );
}

/** Facts under the days they happened on, in the reader's zone; the order is kept. */
function byDay(facts: readonly Fact[], dayOf: (iso: string) => string): [string, Fact[]][] {
  const days = new Map<string, Fact[]>();
  for (const fact of facts) {
    const day = dayOf(fact.occurredAt);
    days.set(day, [...(days.get(day) ?? []), fact]);
  }
  return [...days];
}
