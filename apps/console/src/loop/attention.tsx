import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { Loop } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';

/** The page in one sentence: what needs a person, or that nothing does. */
export function Attention({ loop }: { loop: Loop }) {
  const { t } = useTranslation();
  const f = useFormats();
  const quarantined = loop.islands.reduce((sum, i) => sum + i.quarantined, 0);
  const needs = [
    ...loop.islands
      .filter((i) => i.error)
      .map((i) => ({ text: t('loop.needs_fault', { name: i.name }), to: `#${i.code}` })),
    ...loop.islands
      .filter((i) => i.state === 'paused')
      .map((i) => ({ text: t('loop.needs_paused', { name: i.name }), to: `#${i.code}` })),
    ...(loop.campaign?.state === 'paused' ? [{ text: t('loop.needs_campaign'), to: '#campaign' }] : []),
    ...(loop.deliveries.failed > 0
      ? [
          {
            text: t('loop.needs_deliveries', { count: loop.deliveries.failed, n: f.count(loop.deliveries.failed) }),
            to: '#downstream',
          },
        ]
      : []),
    ...(quarantined > 0
      ? [{ text: t('loop.needs_quarantine', { count: quarantined, n: f.count(quarantined) }), to: '#islands' }]
      : []),
  ];
  if (needs.length === 0) return <p className="attention">{t('loop.fine', { count: loop.islands.length })}</p>;
  return (
    <p className="attention attention-needed">
      {t('loop.needsYou')}{' '}
      {needs.map((n, i) => (
        <Fragment key={n.text}>
          {i > 0 && <span aria-hidden="true"> · </span>}
          <a href={n.to}>{n.text}</a>
        </Fragment>
      ))}
    </p>
  );
}
