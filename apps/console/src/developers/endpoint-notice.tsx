import { useTranslation } from 'react-i18next';
import type { Endpoint } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { faresOf } from './endpoint-fares.js';
import { signOf } from './endpoint-sign.js';

/** When an endpoint is not well: since when, why, what will become of it, and the next step. */
export function EndpointNotice({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation();
  const f = useFormats();
  const sign = signOf(endpoint);
  if (sign === 'enabled' || sign === 'fetched') return null;
  const off = sign === 'disabled';
  return (
    <section className={`notice notice-${off ? 'bad' : 'warn'}`} aria-label={t(`endpoint.sign_${sign}`)}>
      <p>
        <b>{t(`endpoint.sign_${sign}`)}</b>
        {faresOf(t, f, endpoint).map((fact) => (
          <span key={fact}> · {fact}</span>
        ))}
      </p>
      <p>{t(off ? 'endpoint.disabledNext' : 'endpoint.failingNext')}</p>
    </section>
  );
}
