import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useListIdentityDecisions, useRevokeIdentityDecision } from '../api/generated/hub.js';
import type { IdentityDecisionPage } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useFormats } from '../format/formats.js';
import { ProblemNote } from '../shell/problem-note.js';

/** What people decided about this client, with who and why; a decision in force can be taken back. */
export function Decisions({ client, mayWrite }: { client: string; mayWrite: boolean }) {
  const { t } = useTranslation();
  const f = useFormats();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const { data } = useListIdentityDecisions<IdentityDecisionPage, Problem>({ client });
  const revoke = useRevokeIdentityDecision<Problem>({
    mutation: {
      onSuccess: () => {
        void message.success(t('identity.revoked'));
        return queries.invalidateQueries();
      },
    },
  });
  if (!data || data.items.length === 0) return null;
  return (
    <section className="decisions">
      <h3>{t('identity.decisions')}</h3>
      {revoke.error && <ProblemNote what={t('identity.revokeFailed')} problem={revoke.error} />}
      <ul className="cards">
        {data.items.map((d) => (
          <li key={d.id} className="card-line">
            <b>{t(`identity.verdict_${d.verdict}`)}</b>
            <span>“{d.reason}”</span>
            <span className="quiet">
              {d.decidedBy} · {f.moment(d.decidedAt)} · {t(`identity.state_${d.state}`, { who: d.revokedBy ?? '' })}
            </span>
            {mayWrite && d.state === 'standing' && (
              <Button
                size="small"
                loading={revoke.isPending && revoke.variables.id === d.id}
                onClick={() => revoke.mutate({ id: d.id, data: {} })}
              >
                {t('identity.revoke')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
