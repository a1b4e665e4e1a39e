import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGetMatchModel, usePreviewMatchModel } from '../api/generated/hub.js';
import type { MatchModel, MatchModelDetail } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useFormats } from '../format/formats.js';
import { useSignedIn } from '../session/session.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import { ActivateDialog } from './activate-dialog.js';
import { Expected } from './expected.js';
import { ModelSettings } from './model-settings.js';
import { TuneDialog } from './tune-dialog.js';
import { WouldChange } from './would-change.js';

const WORKING_MS = 1000;

interface Props {
  readonly model: MatchModel;
  readonly mayChange: boolean;
  readonly tuned: (version: number) => void;
}

/** One version: what it is set to, what it would change, and the way into force. */
export function ModelPanel({ model, mayChange, tuned }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  const queries = useQueryClient();
  const mayPreview = useSignedIn().scopes.includes('write');
  const [dialog, setDialog] = useState<'tune' | 'activate'>();
  const { data, error, refetch } = useGetMatchModel<MatchModelDetail, Problem>(model.version, {
    // Until what is shown here is what came of the work, also when the list has heard of it first.
    query: { refetchInterval: (q) => ((model.task ?? q.state.data?.task ?? null) === null ? false : WORKING_MS) },
  });
  const preview = usePreviewMatchModel<Problem>({
    mutation: { onSuccess: () => queries.invalidateQueries() },
  });
  const usable = data?.settings !== null && model.task === null && model.state !== 'failed';
  const close = () => setDialog(undefined);
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{t('models.numbered', { version: model.version })}</h2>
        <span className="model-ways">
          {mayPreview && (
            <Button
              disabled={!usable}
              loading={preview.isPending || model.task === 'preview'}
              onClick={() => preview.mutate({ version: model.version })}
            >
              {t('models.preview')}
            </Button>
          )}
          {mayChange && (
            <Button disabled={!usable} onClick={() => setDialog('tune')}>
              {t('models.tune')}
            </Button>
          )}
          {mayChange && model.state !== 'active' && (
            <Button type="primary" disabled={!usable || !data?.preview} onClick={() => setDialog('activate')}>
              {t('models.activate')}
            </Button>
          )}
        </span>
      </div>
      {error && <ProblemNote what={t('models.getFailed')} problem={error} retry={() => void refetch()} />}
      {preview.error && <ProblemNote what={t('models.previewFailed')} problem={preview.error} />}
      {!data && !error && <TableSkeleton rows={4} />}
      {model.task && (
        <p role="status">
          {t(`models.task_${model.task}`, { done: f.count(model.done), total: f.count(model.total) })}
          <progress max={Math.max(1, model.total)} value={model.done} aria-label={t('models.progress')} />
        </p>
      )}
      {data?.failure && <p className="notice notice-bad">{t('models.failed', { why: data.failure })}</p>}
      {data?.settings && <ModelSettings settings={data.settings} />}
      {data?.preview && data.previewedAt && (
        <>
          <WouldChange preview={data.preview} at={data.previewedAt} inForce={model.state === 'active'} />
          <Expected expected={data.preview.expected} link={data.settings?.link} />
        </>
      )}
      {data && !data.preview && usable && <p className="quiet">{t('models.notPreviewed')}</p>}
      {data?.settings && dialog === 'tune' && (
        <TuneDialog
          from={model.version}
          settings={data.settings}
          measured={(data.preview?.expected.length ?? 0) > 0}
          tuned={tuned}
          close={close}
        />
      )}
      {data?.preview && dialog === 'activate' && (
        <ActivateDialog version={model.version} preview={data.preview} close={close} />
      )}
    </section>
  );
}
