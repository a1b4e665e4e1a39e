import { useQueryClient } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDeleteEndpointKey, useListEndpointKeys } from '../api/generated/hub.js';
import type { Endpoint, EndpointKey, EndpointKeyList } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useFormats } from '../format/formats.js';
import { CopyText } from '../shell/copy-text.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import { RotateDialog } from './rotate-dialog.js';

/** The keys that sign for an endpoint: never the secrets, which nobody is shown twice. */
export function KeysPanel({ endpoint, mayWrite }: { endpoint: Endpoint; mayWrite: boolean }) {
  const { t } = useTranslation();
  const query = useListEndpointKeys<EndpointKeyList, Problem>(endpoint.id);
  const [rotating, setRotating] = useState(false);
  const [ending, setEnding] = useState<EndpointKey>();
  const { data, error } = query;
  return (
    <section className="panel keys-panel" aria-label={t('signing.title')}>
      <header className="panel-head">
        <h2>{t('signing.title')}</h2>
        {mayWrite && <Button onClick={() => setRotating(true)}>{t('signing.rotate')}</Button>}
      </header>
      {error && <ProblemNote what={t('signing.listFailed')} problem={error} retry={() => void query.refetch()} />}
      {!data && !error && <TableSkeleton rows={2} />}
      <ul className="cards">
        {data?.items.map((key) => (
          <KeyRow key={key.id} of={key} end={mayWrite && data.items.length > 1 ? () => setEnding(key) : undefined} />
        ))}
      </ul>
      <RotateDialog endpoint={endpoint} open={rotating} close={() => setRotating(false)} />
      <EndDialog endpoint={endpoint} ending={ending} close={() => setEnding(undefined)} />
    </section>
  );
}

function KeyRow({ of: key, end }: { of: EndpointKey; end: (() => void) | undefined }) {
  const { t } = useTranslation();
  const f = useFormats();
  const over = key.retiresAt !== null && Date.parse(key.retiresAt) <= Date.now();
  const state = over ? 'over' : key.retiresAt === null ? 'signs' : 'retires';
  return (
    <li>
      <div className="card-line">
        <b>{t(`signing.kind_${key.kind}`)}</b>
        <span className={`state key-${state}`}>
          {t(`signing.${state}`, { time: key.retiresAt === null ? '' : f.moment(key.retiresAt) })}
        </span>
        {end && (
          <button type="button" className="link" onClick={end}>
            {t('signing.end')}
          </button>
        )}
      </div>
      <p className="quiet">{t('signing.made', { who: key.createdBy, time: f.moment(key.createdAt) })}</p>
      <CopyText text={key.publicKey ?? key.id} />
    </li>
  );
}

interface EndProps {
  readonly endpoint: Endpoint;
  readonly ending: EndpointKey | undefined;
  readonly close: () => void;
}

function EndDialog({ endpoint, ending, close }: EndProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const end = useDeleteEndpointKey<Problem>({
    mutation: {
      onSuccess: () => {
        close();
        return queries.invalidateQueries();
      },
    },
  });
  return (
    <Modal
      open={ending !== undefined}
      title={t('signing.endTitle')}
      okText={t('signing.endYes')}
      cancelText={t('testing.cancel')}
      okButtonProps={{ danger: true, loading: end.isPending }}
      onOk={() => ending && end.mutate({ id: endpoint.id, key: ending.id })}
      onCancel={() => {
        end.reset();
        close();
      }}
      destroyOnHidden
    >
      <p>{t('signing.endText')}</p>
      {end.error && <ProblemNote what={t('signing.endFailed')} problem={end.error} />}
    </Modal>
  );
}
