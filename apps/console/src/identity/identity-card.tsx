import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useClientIdentity } from '../api/generated/hub.js';
import type { IdentityCard as Card } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useFormats } from '../format/formats.js';
import { useSignedIn } from '../session/session.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import { CardRow } from './card-row.js';
import { Decisions } from './decisions.js';
import { Passages } from './passages.js';
import { UnmergeDialog } from './unmerge-dialog.js';
import '../styles/identity.css';

/** Which identities of which systems are this client, and why each of them; for those who may, the way to part them. */
export function IdentityCard({ id }: { id: string }) {
  const { t } = useTranslation();
  const f = useFormats();
  const mayWrite = useSignedIn().scopes.includes('write');
  const query = useClientIdentity<Card, Problem>(id);
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const [parting, setParting] = useState(false);
  const { data, error } = query;
  const choose = mayWrite && data !== undefined && data.identities.length > 1;
  return (
    <section className="panel" id="identity">
      <div className="panel-head">
        <div>
          <h2>{t('client.sources')}</h2>
          {data && (
            <p className="quiet">
              {t('identity.identities', { count: data.identities.length, n: f.count(data.identities.length) })}
            </p>
          )}
        </div>
        {choose && chosen.length > 0 && (
          <Button danger onClick={() => setParting(true)}>
            {t('identity.unmerge', { count: chosen.length, n: f.count(chosen.length) })}
          </Button>
        )}
      </div>
      {error && <ProblemNote what={t('identity.cardFailed')} problem={error} retry={() => void query.refetch()} />}
      {!data && !error && <TableSkeleton rows={4} />}
      {data && (
        <ul className="cards">
          {data.identities.map((i) => (
            <CardRow key={i.id} identity={i} all={data.identities}>
              {choose && (
                <Checkbox
                  aria-label={`${t('identity.choose')}: ${t(`key.${i.type}`)} ${i.key}`}
                  checked={chosen.includes(i.id)}
                  onChange={(e) =>
                    setChosen((c) => (e.target.checked ? [...c, i.id] : c.filter((other) => other !== i.id)))
                  }
                />
              )}
            </CardRow>
          ))}
        </ul>
      )}
      {data && <Passages card={data} />}
      <Decisions client={id} mayWrite={mayWrite} />
      <UnmergeDialog
        client={id}
        identities={chosen}
        open={parting}
        close={(done) => {
          setParting(false);
          if (done) setChosen([]);
        }}
      />
    </section>
  );
}
