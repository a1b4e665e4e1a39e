import { useTranslation } from 'react-i18next';
import type { Island, LoopCampaign } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { Command } from '../shell/command.js';
import { CampaignState } from './campaign-state.js';

/** The campaign as a station of the loop: who it is for, who is left alone, and to which systems it sends. */
export function CampaignNode({ campaign, islands }: { campaign: LoopCampaign; islands: readonly Island[] }) {
  const { t } = useTranslation();
  const f = useFormats();
  if (!campaign)
    return (
      <section className="node campaign-node" data-node="campaign">
        <h2 className="kicker">{t('campaign.kicker')}</h2>
        <p className="node-title">{t('campaign.none')}</p>
        <p className="quiet">{t('empty.campaign')}</p>
        <Command>isthmus campaigns create campaign.yaml</Command>
      </section>
    );
  const { plan, results } = campaign;
  const audience = results && results.clients > 0 ? results.clients : plan?.audience;
  const control = results && results.clients > 0 ? results.control.clients : plan?.control;
  return (
    <section className="node campaign-node" data-node="campaign">
      <h2 className="kicker">
        {t('campaign.kicker')} <CampaignState state={campaign.state} />
      </h2>
      <p className="node-title">{campaign.name}</p>
      {audience !== undefined && control !== undefined && (
        <ul className="pairs">
          <li>
            <span>{t('campaign.audience')}</span>
            <b>{f.count(audience)}</b>
          </li>
          <li>
            <span>{t('campaign.control')}</span>
            <b>{f.count(control)}</b>
          </li>
        </ul>
      )}
      <ol className="campaign-targets">
        {campaign.funnel.map((s) => (
          <li key={s.step}>
            <span>
              {s.title}
              <span className="quiet">→ {islands.find((i) => i.code === s.system)?.name ?? s.system}</span>
            </span>
            <b>{f.count(s.sent)}</b>
          </li>
        ))}
      </ol>
    </section>
  );
}
