import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUpdateEndpoint } from '../api/generated/hub.js';
import type { Endpoint } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { EndpointForm } from './endpoint-form.js';
import { bodyOf } from './endpoint-values.js';

/** The form over one version of the settings; what somebody else saves meanwhile is not overwritten unseen. */
export function EndpointSettings({ endpoint, mayWrite }: { endpoint: Endpoint; mayWrite: boolean }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [begun, setBegun] = useState(endpoint);
  const [touched, setTouched] = useState(false);
  const take = (taken: Endpoint) => {
    setBegun(taken);
    setTouched(false);
  };
  const update = useUpdateEndpoint<Problem>({
    mutation: {
      onSuccess: (saved) => {
        take(saved);
        void message.success(t('form.saved'));
        return queries.invalidateQueries();
      },
    },
  });
  // While nothing is typed there is nothing to lose.
  if (!touched && endpoint.version > begun.version) setBegun(endpoint);
  const stale = touched && endpoint.version > begun.version && !update.isPending;
  return (
    <div>
      {stale && (
        <p className="notice form-stale" role="status">
          {t('form.changedMeanwhile')}{' '}
          <button type="button" className="link" onClick={() => take(endpoint)}>
            {t('form.takeNew')}
          </button>
        </p>
      )}
      <EndpointForm
        endpoint={begun}
        save={(values) => update.mutate({ id: begun.id, data: { version: begun.version, ...bodyOf(values) } })}
        busy={update.isPending}
        problem={update.error}
        disabled={!mayWrite}
        touch={() => setTouched(true)}
      />
    </div>
  );
}
