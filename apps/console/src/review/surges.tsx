import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useState } from 'react';
import { useListJoinSurges } from '../api/generated/hub.js';
import type { JoinSurge, JoinSurgeList } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useSystemName } from '../clients/system-names.js';
import { useFormats } from '../format/formats.js';
import { useSaid } from '../identity/said.js';
import { ProblemNote } from '../shell/problem-note.js';
import { CloseSurgeDialog } from './close-surge-dialog.js';

const ASK_AGAIN_MS = 60_000;
const EXAMPLES = 5;

/** Alarms above the queue: streams whose records suddenly join many clients. */
export function Surges({ mayWrite }: { mayWrite: boolean }) {
  const { t } = useTranslation();
  const query = useListJoinSurges<JoinSurgeList, Problem>(
    { open: 'true' },
    { query: { refetchInterval: ASK_AGAIN_MS } },
  );
  const [closing, setClosing] = useState<JoinSurge>();
  if (query.error)
    return <ProblemNote what={t('review.surgesFailed')} problem={query.error} retry={() => void query.refetch()} />;
  return (
    <>
      {query.data?.items.map((s) => (
        <SurgeNote key={s.id} surge={s} close={mayWrite ? () => setClosing(s) : undefined} />
      ))}
      {closing && <CloseSurgeDialog surge={closing} close={() => setClosing(undefined)} />}
    </>
  );
}

function SurgeNote({ surge, close }: { surge: JoinSurge; close: (() => void) | undefined }) {
  const { t } = useTranslation();
  const f = useFormats();
  const said = useSaid();
  const systemName = useSystemName();
  return (
    <section className="notice notice-warn surge" role="status">
      <p>
        <b>
          {t('review.surge', {
            system: systemName(surge.system),
            stream: surge.stream,
            joins: f.count(surge.joins),
            records: f.count(surge.records),
            evidence: said(surge.evidenceText),
          })}
        </b>
      </p>
      <p>{t('review.surgeUsual', { joins: f.count(surge.usualJoins), records: f.count(surge.usualRecords) })}</p>
      <p className="surge-examples">
        <span>{t('review.surgeExamples')}:</span>
        {[...new Set(surge.samples.map((x) => x.into))].slice(0, EXAMPLES).map((id) => (
          <Link key={id} to={`/clients/${id}#identity`}>
            <code>…{id.slice(-6)}</code>
          </Link>
        ))}
        {close && (
          <button type="button" className="link" onClick={close}>
            {t('review.surgeClose')}
          </button>
        )}
      </p>
    </section>
  );
}
