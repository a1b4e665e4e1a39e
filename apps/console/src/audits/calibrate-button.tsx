import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useCalibrateMatchModel } from '../api/generated/hub.js';
import type { Problem } from '../api/problem.js';
import { ProblemNote } from '../shell/problem-note.js';

/** Makes a version whose probabilities follow the answers, and leads to it. */
export function CalibrateButton({ audit }: { audit: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const calibrate = useCalibrateMatchModel<Problem>({
    mutation: {
      onSuccess: async ({ version }) => {
        void message.success(t('audits.calibrated', { version }));
        await queries.invalidateQueries();
        await navigate(`/review/models?version=${version}`);
      },
    },
  });
  return (
    <div className="calibrate">
      <Button onClick={() => calibrate.mutate({ data: { audit } })} loading={calibrate.isPending}>
        {t('audits.calibrate')}
      </Button>
      <p className="quiet">{t('audits.calibrateHint')}</p>
      {calibrate.error && <ProblemNote what={t('audits.calibrateFailed')} problem={calibrate.error} />}
    </div>
  );
}
