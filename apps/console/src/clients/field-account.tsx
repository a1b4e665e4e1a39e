import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useClientLineage, useListPins, useRevealLineage } from '../api/generated/hub.js';
import type { ClientDetail, ClientLineage, PinPage } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useSignedIn } from '../session/session.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import { FieldPin } from './field-pin.js';
import { PinDialog } from './pin-dialog.js';
import { StatedLine } from './stated-line.js';

interface Props {
  readonly client: ClientDetail;
  readonly field: string;
}

/** Who won a field and by what, who lost and why, and the pins on it; in clear and to the raw record for who may. */
export function FieldAccount({ client, field }: Props) {
  const { t } = useTranslation();
  const mayWrite = useSignedIn().scopes.includes('write');
  const masked = useClientLineage<ClientLineage, Problem>(client.id);
  const pins = useListPins<PinPage, Problem>(client.id);
  const [clear, setClear] = useState(false);
  const revealed = useRevealLineage<ClientLineage, Problem>(client.id, {
    query: { enabled: clear, staleTime: Infinity, gcTime: 0 },
  });
  const [pinning, setPinning] = useState(false);
  const problem = masked.error ?? pins.error ?? revealed.error;
  const account = (revealed.data ?? masked.data)?.items.find((i) => i.field === field);
  if (problem) return <ProblemNote what={t('why.failed')} problem={problem} retry={() => void masked.refetch()} />;
  if (!account) return masked.data ? <p className="quiet">{t('why.gone')}</p> : <TableSkeleton rows={2} />;
  const more = account.losersTotal - account.losers.length;
  return (
    <>
      <ul>
        {account.pins.map(({ id, value }) => {
          // Told by the account and the list alike: of two answers one may be of before.
          const pin = pins.data?.items.find((p) => p.id === id);
          return pin && <FieldPin key={id} client={client} pin={pin} value={value ?? pin.value} mayWrite={mayWrite} />;
        })}
        {account.winner && (
          <StatedLine
            client={client.id}
            field={field}
            stated={account.winner}
            why={t(`rule.${account.rule}`)}
            won
            mayRead={mayWrite}
          />
        )}
        {account.losers.map((l) => (
          <StatedLine
            key={`${l.system} ${l.stream} ${l.key} ${l.record}`}
            client={client.id}
            field={field}
            stated={l}
            why={t(`lost.${l.lostBy}`)}
            mayRead={mayWrite}
          />
        ))}
      </ul>
      {more > 0 && <p className="quiet">{t('why.more', { count: more })}</p>}
      {mayWrite && (
        <p className="why-actions">
          <Button size="small" onClick={() => setPinning(true)}>
            {t('pin.set')}
          </Button>
          <Button
            size="small"
            type="text"
            onClick={() => setClear(true)}
            disabled={clear}
            loading={revealed.isFetching}
          >
            {t(revealed.data ? 'review.inClear' : 'review.reveal')}
          </Button>
        </p>
      )}
      <PinDialog client={client} field={field} open={pinning} close={() => setPinning(false)} />
    </>
  );
}
