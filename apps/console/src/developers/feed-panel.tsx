import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { getPullEventsQueryKey, pullEvents } from '../api/generated/hub.js';
import type { Endpoint, EventFeed } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { Command } from '../shell/command.js';
import { ProblemNote } from '../shell/problem-note.js';
import { CodeBlock } from './code-block.js';

const PAGE_SIZE = 20;

/** An endpoint that fetches: how it does that, and what it finds from the beginning on. */
export function FeedPanel({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery<EventFeed, Problem, EventFeed[], readonly unknown[], string | undefined>({
    queryKey: [...getPullEventsQueryKey(endpoint.id), 'pages'],
    queryFn: ({ pageParam, signal }) =>
      pullEvents(
        endpoint.id,
        { limit: PAGE_SIZE, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: undefined,
    getNextPageParam: (last) => last.nextCursor,
    select: ({ pages }) => pages,
  });
  const pages = query.data ?? [];
  const items = pages.flatMap((p) => p.items);
  const full = pages.at(-1)?.items.length === PAGE_SIZE;
  return (
    <section className="panel feed">
      <h2>{t('feed.title')}</h2>
      <p>{t('feed.text')}</p>
      <Command>
        {`curl -H "authorization: Bearer $ISTHMUS_KEY" "${location.origin}/api/v1/endpoints/${endpoint.id}/events?cursor=$CURSOR"`}
      </Command>
      {query.error && <ProblemNote what={t('feed.failed')} problem={query.error} retry={() => void query.refetch()} />}
      {query.data && items.length === 0 && <p className="quiet">{t('feed.none')}</p>}
      {items.length > 0 && (
        <CodeBlock label={t('feed.events')} text={items.map((event) => JSON.stringify(event)).join('\n')} />
      )}
      {pages.length > 0 && (
        <p className="quiet">
          {t('feed.cursor')} <code>{pages.at(-1)!.nextCursor}</code>
        </p>
      )}
      {query.data && (
        <Button className="fit" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t(full ? 'feed.next' : 'feed.again')}
        </Button>
      )}
    </section>
  );
}
