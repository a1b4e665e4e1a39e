import { useTranslation } from 'react-i18next';
import type { LoopDeliveries } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { Command } from '../shell/command.js';

/** What other systems are told: signed webhooks, delivered, waiting and given up. */
export function DownstreamNode({ deliveries }: { deliveries: LoopDeliveries }) {
  const { t } = useTranslation();
  const f = useFormats();
  const { endpoints, delivered, waiting, failed } = deliveries;
  return (
    <section className="node downstream-node" id="downstream" data-node="downstream">
      <h2 className="kicker">
        {t('hub.downstream')}
        <span className="quiet">
          {' '}
          {endpoints === 0 ? t('hub.noEndpoints') : t('hub.endpoints', { count: endpoints, n: f.count(endpoints) })}
        </span>
      </h2>
      {endpoints === 0 ? (
        <>
          <p className="quiet">{t('empty.endpoint')}</p>
          <Command>isthmus webhooks add crm https://crm.example/hooks</Command>
        </>
      ) : (
        <ul className="pairs">
          <li>
            <span>{t('hub.delivered')}</span>
            <b>{f.count(delivered)}</b>
          </li>
          <li>
            <span>{t('hub.waiting')}</span>
            <b>{f.count(waiting)}</b>
          </li>
          <li className={failed > 0 ? 'bad' : undefined}>
            <span>{t('hub.failed')}</span>
            <b>{f.count(failed)}</b>
          </li>
        </ul>
      )}
    </section>
  );
}
