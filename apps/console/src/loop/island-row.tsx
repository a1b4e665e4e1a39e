import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Island } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { BackfillProgress } from './backfill-progress.js';
import { KindIcon } from './kind-icon.js';
import { Sparkline } from './sparkline.js';

/** What an island is doing, apart from figures: the worst thing first. */
export function statusOf(i: Island): 'fault' | 'paused' | 'backfill' | 'live' | 'idle' {
  if (i.error) return 'fault';
  return i.state === 'paused' ? 'paused' : i.phase;
}

interface Props {
  readonly island: Island;
  /** Records per second of the last minute. */
  readonly rates: readonly number[];
  /** Actions of the campaign that this system took; undefined when the campaign does not act there. */
  readonly sent: number | undefined;
}

/** One system: what comes in from it, what waits, what is wrong and what to do, and what was sent back to it. */
export function IslandRow({ island, rates, sent }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  const status = statusOf(island);
  return (
    <li className={`island island-${status}`} id={island.code} data-node={`island:${island.code}`}>
      <div className="island-line">
        <div className="island-name">
          <KindIcon kind={island.kind} />
          <div>
            <h3 title={island.name}>{island.name}</h3>
            <p>
              <span className="dot" aria-hidden="true" />
              {t(`island.status_${status}`)}
              <span className="quiet"> · {t(`kind.${island.kind}`)}</span>
            </p>
          </div>
        </div>
        <dl>
          <Figure label={t('island.rate')} wide>
            <Sparkline values={rates} label={t('island.spark', { most: f.rate(Math.max(0, ...rates)) })} />
            <b>{f.rate(island.recordsPerSecond)}</b>
          </Figure>
          <Figure label={t('island.heard')} tone={island.freshnessSeconds === null ? 'none' : undefined}>
            {island.freshnessSeconds === null ? t('island.never') : f.ago(island.freshnessSeconds)}
          </Figure>
          <Figure label={t('island.received')}>{f.count(island.read)}</Figure>
          <Figure label={t('island.waiting')} tone={island.waiting === 0 ? 'none' : undefined}>
            {f.count(island.waiting)}
          </Figure>
          <Figure label={t('island.quarantined')} tone={island.quarantined === 0 ? 'none' : 'warn'}>
            {f.count(island.quarantined)}
          </Figure>
          <Figure label={t('island.actions')} tone={sent === undefined ? 'none' : 'out'}>
            {sent === undefined ? '–' : f.count(sent)}
          </Figure>
        </dl>
      </div>
      {status === 'backfill' && <BackfillProgress island={island} />}
      {island.error && (
        <p className="island-fault">
          {island.error.message}
          {island.error.nextStep && (
            <>
              {' '}
              <b>{t('island.next')}</b> {island.error.nextStep}
            </>
          )}
        </p>
      )}
    </li>
  );
}

function Figure({
  label,
  tone,
  wide,
  children,
}: {
  label: string;
  tone?: string | undefined;
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <div className={`figure${wide ? ' figure-wide' : ''}${tone ? ` figure-${tone}` : ''}`}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
