import { Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import { useTitle } from '../shell/title.js';
import { DevelopersHead } from './developers-head.js';
import { groupsOf } from './event-groups.js';
import { EventTypeView } from './event-type-view.js';
import { useEventTypes, useEventTypesQuery } from './use-event-types.js';
import '../styles/page.css';
import '../styles/developers.css';

/** Everything that can be received, and the one type that is looked at. The address holds the type. */
export function EventTypesPage() {
  const { t } = useTranslation();
  useTitle(`${t('developers.events')} · ${t('place.developers')}`);
  const [params] = useSearchParams();
  const [search, setSearch] = useState('');
  const query = useEventTypesQuery();
  const types = useEventTypes();
  const sought = search.trim().toLowerCase();
  const found = types.filter((type) => `${type.type} ${type.en} ${type.zh}`.toLowerCase().includes(sought));
  const shown = types.find((type) => type.type === params.get('type')) ?? found[0];
  return (
    <div className="page">
      <DevelopersHead />
      {query.error && (
        <ProblemNote what={t('events.listFailed')} problem={query.error} retry={() => void query.refetch()} />
      )}
      {!query.data && !query.error && <TableSkeleton rows={10} />}
      {query.data && (
        <div className="catalogue">
          <nav className="panel catalogue-list" aria-label={t('developers.events')}>
            <Input
              type="search"
              aria-label={t('events.search')}
              placeholder={t('events.search')}
              value={search}
              onChange={(e) => setSearch(e.target.value)}
            />
            {found.length === 0 && <p className="quiet">{t('events.noneFound', { search })}</p>}
            {groupsOf(found).map(([group, members]) => (
              <section key={group}>
                <h2 className="kicker">{group}</h2>
                <ul>
                  {members.map((type) => (
                    <li key={type.type}>
                      <Link
                        to={{ search: `?type=${type.type}` }}
                        replace
                        preventScrollReset
                        aria-current={type === shown ? 'true' : undefined}
                      >
                        <code>{type.type}</code>
                        <span className="quiet">{type.says}</span>
                      </Link>
                    </li>
                  ))}
                </ul>
              </section>
            ))}
          </nav>
          {shown && <EventTypeView key={shown.type} type={shown} />}
        </div>
      )}
    </div>
  );
}
