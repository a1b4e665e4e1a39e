import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useTitle } from '../shell/title.js';
import { DeliveryLog } from './delivery-log.js';
import { EndpointFrame } from './endpoint-frame.js';
import { EndpointNotice } from './endpoint-notice.js';
import { FeedPanel } from './feed-panel.js';
import { useEndpoint } from './use-endpoint.js';
import '../styles/page.css';
import '../styles/developers.css';

/** What was sent to one endpoint, what came back, and what can be made up for. */
export function EndpointPage() {
  const { id = '' } = useParams();
  const { t } = useTranslation();
  const query = useEndpoint(id);
  useTitle(query.data?.name ?? t('place.developers'));
  return (
    <EndpointFrame query={query}>
      {(endpoint) => (
        <>
          <EndpointNotice endpoint={endpoint} />
          {endpoint.kind === 'pull' ? (
            <FeedPanel key={id} endpoint={endpoint} />
          ) : (
            <DeliveryLog key={id} endpoint={endpoint} />
          )}
        </>
      )}
    </EndpointFrame>
  );
}
