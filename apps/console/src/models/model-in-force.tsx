import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActiveMatchModel } from '../api/generated/hub.schemas.js';
import { ModelSettings } from './model-settings.js';
import { TuneDialog } from './tune-dialog.js';

interface Props {
  readonly active: ActiveMatchModel;
  readonly mayChange: boolean;
  readonly tuned: (version: number) => void;
}

/** The model that decides now; of the shipped one a version can be made, so that it can be looked at. */
export function ModelInForce({ active, mayChange, tuned }: Props) {
  const { t } = useTranslation();
  const [tuning, setTuning] = useState(false);
  const shipped = active.version === 0;
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{shipped ? t('models.shippedInForce') : t('models.inForce', { version: active.version })}</h2>
        {mayChange && shipped && <Button onClick={() => setTuning(true)}>{t('models.tune')}</Button>}
      </div>
      <ModelSettings settings={active.settings} />
      {tuning && (
        <TuneDialog from={0} settings={active.settings} measured={false} tuned={tuned} close={() => setTuning(false)} />
      )}
    </section>
  );
}
