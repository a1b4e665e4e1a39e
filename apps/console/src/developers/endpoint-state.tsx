import { useTranslation } from 'react-i18next';
import type { Endpoint } from '../api/generated/hub.schemas.js';
import { signOf } from './endpoint-sign.js';

/** How an endpoint fares, in a word and a sign that does not depend on colour alone. */
export function EndpointState({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation();
  const sign = signOf(endpoint);
  return <span className={`state endpoint-${sign}`}>{t(`endpoint.sign_${sign}`)}</span>;
}
