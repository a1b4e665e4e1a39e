import { keepPreviousData } from '@tanstack/react-query';
import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useListApiKeys } from '../api/generated/hub.js';
import type { ApiKeyPage } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useSignedIn } from '../session/session.js';
import { AsOf } from '../shell/as-of.js';
import { Pages } from '../shell/pages.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import { useTitle } from '../shell/title.js';
import { KeyTable } from './key-table.js';
import { NewKeyDialog } from './new-key-dialog.js';
import { NoKeys } from './no-keys.js';
import '../styles/page.css';
import '../styles/developers.css';
import '../styles/keys.css';

const PAGE_SIZE = 50;

/** By which keys programs act for people: what each may do, until when, and whether anybody still uses it. */
export function KeysPage() {
  const { t } = useTranslation();
  useTitle(t('place.keys'));
  return useSignedIn().scopes.includes('admin') ? <Keys /> : <Forbidden />;
}

function Keys() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const [making, setMaking] = useState(false);
  const ended = params.get('ended') === '1';
  const cursor = params.get('after') ?? undefined;
  const query = useListApiKeys<ApiKeyPage, Problem>(
    { limit: PAGE_SIZE, ...(ended ? { ended: 'true' } : {}), ...(cursor === undefined ? {} : { cursor }) },
    { query: { placeholderData: keepPreviousData } },
  );
  const { data, error } = query;
  const make = () => setMaking(true);
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('place.keys')}</h1>
        <span className="head-end">
          <AsOf query={query} />
          {data && data.items.length > 0 && (
            <Button type="primary" onClick={make}>
              {t('apiKeys.add')}
            </Button>
          )}
        </span>
      </div>
      <p className="quiet">{t('apiKeys.text')}</p>
      <p>
        <Checkbox checked={ended} onChange={(e) => setParams(e.target.checked ? { ended: '1' } : {})}>
          {t('apiKeys.ended')}
        </Checkbox>
      </p>
      {error && <ProblemNote what={t('apiKeys.listFailed')} problem={error} retry={() => void query.refetch()} />}
      {!data && !error && <TableSkeleton rows={6} />}
      {data?.items.length === 0 && <NoKeys make={make} />}
      {data && data.items.length > 0 && (
        <div className={query.isPlaceholderData ? 'updating' : undefined} aria-busy={query.isPlaceholderData}>
          <KeyTable keys={data.items} />
          <Pages shown={data.items.length} next={data.nextCursor} paged={cursor !== undefined} />
        </div>
      )}
      <NewKeyDialog open={making} close={() => setMaking(false)} />
    </div>
  );
}

function Forbidden() {
  const { t } = useTranslation();
  const { login } = useSignedIn();
  return (
    <section className="empty">
      <h1>{t('apiKeys.forbidden')}</h1>
      <p>{t('apiKeys.forbiddenText', { who: login })}</p>
    </section>
  );
}
