import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { useCreateEndpoint } from '../api/generated/hub.js';
import type { Problem } from '../api/problem.js';
import { useSignedIn } from '../session/session.js';
import { useTitle } from '../shell/title.js';
import { EndpointForm } from './endpoint-form.js';
import { bodyOf } from './endpoint-values.js';
import { NextSteps } from './next-steps.js';
import { SecretOnce } from './secret-once.js';
import '../styles/page.css';
import '../styles/developers.css';

/** A new endpoint, and its key, which is shown this once. */
export function NewEndpointPage() {
  const { t } = useTranslation();
  useTitle(t('form.newTitle'));
  const navigate = useNavigate();
  const queries = useQueryClient();
  const mayWrite = useSignedIn().scopes.includes('write');
  const create = useCreateEndpoint<Problem>({ mutation: { onSuccess: () => queries.invalidateQueries() } });
  return (
    <div className="page">
      <nav aria-label={t('client.trail')} className="trail">
        <Link to="/developers">{t('developers.endpoints')}</Link>
      </nav>
      <h1>{t('form.newTitle')}</h1>
      {!mayWrite && <p className="notice">{t('developers.mayNot')}</p>}
      <div className="settings-columns">
        <EndpointForm
          save={(values) => create.mutate({ data: { ...bodyOf(values), signing: values.signing } })}
          busy={create.isPending}
          problem={create.error}
          disabled={!mayWrite}
        />
        <NextSteps />
      </div>
      <SecretOnce
        made={create.data}
        close={() => create.data && void navigate(`/developers/endpoints/${create.data.id}`, { replace: true })}
      />
    </div>
  );
}
