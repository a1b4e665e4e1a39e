import { useTranslation } from 'react-i18next';
import type { Endpoint } from '../api/generated/hub.schemas.js';
import { useSignedIn } from '../session/session.js';
import { CopyText } from '../shell/copy-text.js';
import { EndpointActions } from './endpoint-actions.js';
import { EndpointState } from './endpoint-state.js';
import { Waiting } from './waiting.js';

/** Which endpoint this is, at a glance, and what can be done with it. */
export function EndpointHead({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation();
  const mayWrite = useSignedIn().scopes.includes('write');
  return (
    <header className="endpoint-head">
      <div className="endpoint-title">
        <h1>{endpoint.name}</h1>
        <EndpointState endpoint={endpoint} />
        {endpoint.kind !== 'pull' && (
          <span className="quiet">
            {t('endpoint.waiting')} <Waiting endpoint={endpoint} />
          </span>
        )}
      </div>
      {mayWrite && <EndpointActions endpoint={endpoint} />}
      <p className="endpoint-where quiet">
        {t(`endpoint.kind_${endpoint.kind}`)} {endpoint.url !== '' && <code>{endpoint.url}</code>}
        <CopyText text={endpoint.id} />
      </p>
    </header>
  );
}
