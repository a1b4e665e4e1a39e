import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LoopCampaign, LoopCampaignFunnelItem, Session } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { wordFor, wordOrCode } from '../words/codes.js';
import { CampaignState } from './campaign-state.js';
import { HaltControls } from './halt-controls.js';
import { figuresOf, type StepFigures } from './step-figures.js';

/** The campaign step by step: who came, who was kept out and why, what was sent, what came back. */
export function Funnel({ campaign, session }: { campaign: NonNullable<LoopCampaign>; session: Session }) {
  const { t } = useTranslation();
  const f = useFormats();
  return (
    <section className="panel" id="campaign">
      <div className="panel-head">
        <div>
          <h2>{t('funnel.title')}</h2>
          <p className="quiet">
            {campaign.name} · <CampaignState state={campaign.state} />
            {campaign.launchedAt && <> · {t('campaign.launched', { time: f.moment(campaign.launchedAt) })}</>}
          </p>
        </div>
        <HaltControls campaign={campaign} session={session} />
      </div>
      <ol className="steps">
        {campaign.funnel.map((step, i) => (
          <Step key={step.step} step={step} n={i + 1} />
        ))}
      </ol>
    </section>
  );
}

function Step({ step, n }: { step: LoopCampaignFunnelItem; n: number }) {
  const { t } = useTranslation();
  const f = useFormats();
  const s = figuresOf(step);
  return (
    <li className="step">
      <h3>
        <span className="step-n" aria-hidden="true">
          {n}
        </span>
        {step.title}
        {step.channel !== '' && <span className="quiet">{wordOrCode(t, 'kind', step.channel)}</span>}
      </h3>
      {s.came === 0 ? (
        <p className="quiet">{t('funnel.nobody')}</p>
      ) : (
        <>
          <StepBar figures={s} />
          <dl className="step-figures">
            <Count label={t('funnel.came')} n={s.came} />
            <Count label={t('funnel.heldOut')} n={s.heldOut} of="heldOut" />
            <Count label={t('funnel.suppressed')} n={s.suppressed} of="suppressed" />
            <Count label={t('funnel.open')} n={s.open} of="open" />
            <Count label={t('funnel.lost')} n={s.lost} of="lost" />
            <Count label={t('funnel.sent')} n={s.sent} of="sent" />
            <Count label={t('funnel.reached')} n={s.reached} of="reached">
              {s.sent > 0 && <span className="quiet"> {f.percent(s.reached / s.sent)}</span>}
            </Count>
          </dl>
          <dl className="step-why">
            <Breakdown
              label={t('funnel.outcomes')}
              none={s.sent > 0 ? t('funnel.noOutcomes') : undefined}
              rows={Object.entries(step.outcomes).map(([code, count]) => [wordFor(t, 'outcome', code), count])}
            />
            <Breakdown
              label={t('funnel.reasons')}
              rows={Object.entries(step.suppressed).map(([code, count]) => [wordFor(t, 'suppressed', code), count])}
            />
            <Breakdown
              label={t('funnel.lostAs')}
              rows={s.lostAs.map(([code, count]) => [wordOrCode(t, 'state', code), count])}
            />
          </dl>
        </>
      )}
    </li>
  );
}

/** The step's clients as one bar; its parts are those of the figures under it. */
function StepBar({ figures: s }: { figures: StepFigures }) {
  const { t } = useTranslation();
  const f = useFormats();
  const parts = [
    ['reached', s.reached],
    ['sent', s.sent - s.reached],
    ['open', s.open],
    ['suppressed', s.suppressed],
    ['lost', s.lost],
    ['heldOut', s.heldOut],
  ] as const;
  const words: Record<string, string> = { came: f.count(s.came) };
  for (const [name, n] of parts) words[name] = f.count(n);
  return (
    <div className="step-bar" role="img" aria-label={t('funnel.bar', words)}>
      {parts
        .filter(([, n]) => n > 0)
        .map(([name, n]) => (
          <span key={name} className={`part part-${name}`} style={{ flexGrow: n }} />
        ))}
    </div>
  );
}

function Count({ label, n, of, children }: { label: string; n: number; of?: string; children?: ReactNode }) {
  const f = useFormats();
  return (
    <div className={n === 0 ? 'count-none' : undefined} data-figure={of}>
      <dt>
        {of && <span className={`key part-${of}`} aria-hidden="true" />}
        {label}
      </dt>
      <dd>
        {f.count(n)}
        {children}
      </dd>
    </div>
  );
}

function Breakdown({
  label,
  rows,
  none,
}: {
  label: string;
  rows: readonly (readonly [string, number])[];
  none?: string | undefined;
}) {
  const f = useFormats();
  if (rows.length === 0 && none === undefined) return null;
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {rows.length === 0 && none}
        {rows
          .toSorted((a, b) => b[1] - a[1])
          .map(([name, n]) => (
            <span key={name} className="why">
              {name} <b>{f.count(n)}</b>
            </span>
          ))}
      </dd>
    </div>
  );
}
