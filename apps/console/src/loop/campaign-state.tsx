import { useTranslation } from 'react-i18next';

/** A campaign's state in a word, with a sign that does not depend on colour alone. */
export function CampaignState({ state }: { state: string }) {
  const { t } = useTranslation();
  return <span className={`state state-${state}`}>{t(`campaign.state_${state}`, { defaultValue: state })}</span>;
}
