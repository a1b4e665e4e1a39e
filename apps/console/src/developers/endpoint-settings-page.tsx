import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useSignedIn } from '../session/session.js';
import { useTitle } from '../shell/title.js';
import { DeleteEndpoint } from './delete-endpoint.js';
import { EndpointFrame } from './endpoint-frame.js';
import { EndpointNotice } from './endpoint-notice.js';
import { EndpointSettings } from './endpoint-settings.js';
import { KeysPanel } from './keys-panel.js';
import { useEndpoint } from './use-endpoint.js';
import '../styles/page.css';
import '../styles/developers.css';

/** How one endpoint is set up, and the keys that sign for it. */
export function EndpointSettingsPage() {
  const { id = '' } = useParams();
  const { t } = useTranslation();
  const query = useEndpoint(id);
  const mayWrite = useSignedIn().scopes.includes('write');
  useTitle(query.data ? `${query.data.name} · ${t('endpoint.settings')}` : t('endpoint.settings'));
  return (
    <EndpointFrame query={query}>
      {(endpoint) => (
        <>
          <EndpointNotice endpoint={endpoint} />
          <div className="settings-columns">
            <EndpointSettings key={endpoint.id} endpoint={endpoint} mayWrite={mayWrite} />
            <div className="settings-side">
              <KeysPanel endpoint={endpoint} mayWrite={mayWrite} />
              {mayWrite && <DeleteEndpoint endpoint={endpoint} />}
            </div>
          </div>
        </>
      )}
    </EndpointFrame>
  );
}
