import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useActiveMatchModel, useListMatchModels, useTrainMatchModel } from '../api/generated/hub.js';
import type { ActiveMatchModel, MatchModelList } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { IdentityWays } from '../identity/identity-ways.js';
import { useSignedIn } from '../session/session.js';
import { AsOf } from '../shell/as-of.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import { useTitle } from '../shell/title.js';
import { BlockedValues } from './blocked-values.js';
import { ModelInForce } from './model-in-force.js';
import { ModelPanel } from './model-panel.js';
import { ModelTable } from './model-table.js';
import '../styles/page.css';
import '../styles/models.css';

const WORKING_MS = 1000;
const IDLE_MS = 30_000;

/** What decides who is who: the model in force, and versions on their way there. */
export function ModelsPage() {
  const { t } = useTranslation();
  useTitle(t('models.title'));
  const { message } = App.useApp();
  const queries = useQueryClient();
  const mayChange = useSignedIn().scopes.includes('admin');
  const [params, setParams] = useSearchParams();
  const list = useListMatchModels<MatchModelList, Problem>({
    query: { refetchInterval: ({ state }) => (state.data?.items.some((m) => m.task !== null) ? WORKING_MS : IDLE_MS) },
  });
  const active = useActiveMatchModel<ActiveMatchModel, Problem>();
  const show = (version: number) => setParams({ version: String(version) });
  const train = useTrainMatchModel<Problem>({
    mutation: {
      onSuccess: (model) => {
        void message.success(t('models.training'));
        show(model.version);
        return queries.invalidateQueries();
      },
    },
  });
  const models = list.data?.items;
  const chosen = models?.find((m) => String(m.version) === params.get('version')) ?? models?.[0];
  const error = list.error ?? active.error;
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('models.title')}</h1>
        <IdentityWays />
        <AsOf query={list} />
      </div>
      <p className="quiet">{t('models.text')}</p>
      {error && <ProblemNote what={t('models.listFailed')} problem={error} retry={() => void list.refetch()} />}
      {train.error && <ProblemNote what={t('models.trainFailed')} problem={train.error} />}
      {active.data && <ModelInForce active={active.data} mayChange={mayChange} tuned={show} />}
      {active.data && <BlockedValues names={active.data.settings.valueLimits} mayChange={mayChange} />}
      <section className="panel">
        <div className="panel-head">
          <h2>{t('models.versions')}</h2>
          {mayChange && (
            <Button onClick={() => train.mutate()} loading={train.isPending}>
              {t('models.train')}
            </Button>
          )}
        </div>
        {!models && !error && <TableSkeleton rows={3} />}
        {models?.length === 0 && <p>{t('models.none')}</p>}
        {models && models.length > 0 && <ModelTable models={models} chosen={chosen?.version} show={show} />}
      </section>
      {chosen && <ModelPanel key={chosen.version} model={chosen} mayChange={mayChange} tuned={show} />}
    </div>
  );
}
