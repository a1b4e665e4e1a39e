import { useTranslation } from 'react-i18next';
import type { LoopCampaign, LoopCampaignResults } from '../api/generated/hub.schemas.js';
import { type Formats, useFormats } from '../format/formats.js';
import { wordOrCode } from '../words/codes.js';
import { DifferenceChart, RatesChart } from './interval-chart.js';

/** What the campaign changed: two rates, their difference with its uncertainty, and what that means in words. */
export function Effect({ campaign }: { campaign: NonNullable<LoopCampaign> }) {
  const { t } = useTranslation();
  const f = useFormats();
  const { goal, results } = campaign;
  return (
    <section className="panel" id="effect">
      <h2>{t('effect.title')}</h2>
      <p className="quiet">
        {t(`effect.${goal.is}`, { fact: wordOrCode(t, 'fact', goal.fact), time: f.span(goal.withinSeconds) })}
      </p>
      <Compared results={results} />
    </section>
  );
}

function Compared({ results }: { results: LoopCampaignResults }) {
  const { t } = useTranslation();
  const f = useFormats();
  if (!results) return <p className="verdict">{t('effect.notLaunched')}</p>;
  if (results.clients === 0) return <p className="verdict">{t('effect.nobody')}</p>;
  const { treatment, control, effect } = results;
  const arms = [
    { key: 'treatment', name: t('effect.treatment'), ...treatment },
    { key: 'control', name: t('effect.control'), ...control },
  ].filter((arm) => arm.clients > 0);
  const compared = treatment.clients > 0 && control.clients > 0;
  const verdict = verdictOf(effect);
  return (
    <>
      {compared && (
        <div className="verdict" data-verdict={verdict}>
          <p>{t(`effect.${verdict}`, { points: f.pointsPlain(effect.estimate) })}</p>
          <p className="verdict-why">
            {t('effect.why', {
              interval: t('effect.interval', { low: f.points(effect.low), high: f.points(effect.high) }),
              meaning: t(verdict === 'unclear' ? 'effect.unclearWhy' : 'effect.clearWhy'),
            })}
          </p>
        </div>
      )}
      {!compared && <p className="verdict">{t('effect.noControl')}</p>}
      <ul className="arms">
        {arms.map((arm) => (
          <li key={arm.key} className={`arm arm-${arm.key}`}>
            <span className="arm-name">
              <span className="key" aria-hidden="true" />
              {arm.name}
              <span className="quiet">{t('effect.clients', { count: arm.clients, n: f.count(arm.clients) })}</span>
            </span>
            <b>{f.percent(arm.rate)}</b>
          </li>
        ))}
      </ul>
      <RatesChart arms={arms} label={(arm) => chartLabel(t, f, arm)} />
      {compared && (
        <>
          <p className="arm arm-difference">
            <span className="arm-name">
              {t('effect.difference')}
              <span className="quiet">
                {t('effect.intervalShort', { low: f.points(effect.low), high: f.points(effect.high) })}
              </span>
            </span>
            <b>
              {f.points(effect.estimate)} <small>{t('effect.points')}</small>
            </b>
          </p>
          <DifferenceChart effect={effect} format={(d) => f.points(d)} />
        </>
      )}
    </>
  );
}

function verdictOf(effect: { low: number; high: number; significant: boolean }): 'better' | 'worse' | 'unclear' {
  if (!effect.significant) return 'unclear';
  return effect.low > 0 ? 'better' : 'worse';
}

function chartLabel(
  t: (key: string, words: Record<string, string>) => string,
  f: Formats,
  arm: { name: string; rate: number; interval: { low: number; high: number } },
): string {
  return t('effect.chart', {
    name: arm.name,
    rate: f.percent(arm.rate),
    low: f.percent(arm.interval.low),
    high: f.percent(arm.interval.high),
  });
}
