import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Endpoint } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { useSignedIn } from '../session/session.js';
import { faresOf } from './endpoint-fares.js';
import { signOf } from './endpoint-sign.js';
import { useSwitchEndpoint } from './use-switch-endpoint.js';

/** When an endpoint is not well: since when, why, what will become of it, and the next step. */
export function EndpointNotice({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation();
  const f = useFormats();
  const mayWrite = useSignedIn().scopes.includes('write');
  const { busy, turn } = useSwitchEndpoint(endpoint);
  const sign = signOf(endpoint);
  if (sign === 'enabled' || sign === 'fetched') return null;
  const off = sign === 'disabled';
  return (
    <section
      className={`notice endpoint-notice notice-${off ? 'bad' : 'warn'}`}
      aria-label={t(`endpoint.sign_${sign}`)}
    >
      <div>
        <p>
          <b>{t(`endpoint.sign_${sign}`)}</b>
          {faresOf(t, f, endpoint).map((fact) => (
            <span key={fact}> · {fact}</span>
          ))}
        </p>
        <p>{t(off ? 'endpoint.disabledNext' : 'endpoint.failingNext')}</p>
      </div>
      {off && mayWrite && (
        <Button loading={busy} onClick={() => void turn('enabled')}>
          {t('endpoint.enable')}
        </Button>
      )}
    </section>
  );
}
