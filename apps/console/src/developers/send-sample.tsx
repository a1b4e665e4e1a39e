import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useListEndpoints, useTestEndpoint } from '../api/generated/hub.js';
import type { EndpointList } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { ProblemNote } from '../shell/problem-note.js';

/** Sends a sample of a type to an endpoint, marked as a test, and leads to what came of it. */
export function SendSample({ type }: { type: string }) {
  const { t } = useTranslation();
  const endpoints = useListEndpoints<EndpointList, Problem>();
  const [id, setId] = useState<string>();
  const test = useTestEndpoint<Problem>();
  const pushed = (endpoints.data?.items ?? []).filter((e) => e.kind !== 'pull');
  if (endpoints.data && pushed.length === 0)
    return (
      <p className="quiet">
        {t('events.noEndpoint')} <Link to="/developers/endpoints/new">{t('developers.addFirst')}</Link>
      </p>
    );
  return (
    <>
      <div className="filters">
        <Select
          className="filter-wide"
          aria-label={t('events.endpoint')}
          placeholder={t('events.endpoint')}
          loading={endpoints.isPending}
          options={pushed.map((e) => ({ value: e.id, label: e.name }))}
          onChange={(chosen: string) => {
            setId(chosen);
            test.reset();
          }}
        />
        <Button
          disabled={id === undefined}
          loading={test.isPending}
          onClick={() => id !== undefined && test.mutate({ id, data: { type } })}
        >
          {t('events.send')}
        </Button>
      </div>
      {test.data && (
        <p className="notice" role="status">
          {t('events.sent')}{' '}
          <Link to={`/developers/endpoints/${id}?delivery=${test.data.delivery}`}>{t('events.seeDelivery')}</Link>
        </p>
      )}
      {test.error && <ProblemNote what={t('testing.failed')} problem={test.error} />}
    </>
  );
}
