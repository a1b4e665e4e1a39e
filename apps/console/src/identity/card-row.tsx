import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { IdentityCard, IdentityCardIdentitiesItem } from '../api/generated/hub.schemas.js';
import { shortMask } from '../clients/masked.js';
import { useSystemName } from '../clients/system-names.js';
import { useFormats } from '../format/formats.js';
import { EvidenceTable } from './evidence-table.js';
import { useSaid } from './said.js';

interface Props {
  readonly identity: IdentityCardIdentitiesItem;
  readonly all: IdentityCard['identities'];
  readonly children: ReactNode;
}

/** One identity: its key, the rows that state it, and by what it belongs to the client. */
export function CardRow({ identity: i, all, children }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  const said = useSaid();
  const systemName = useSystemName();
  return (
    <li className="card-row">
      {children}
      <div>
        <p className="card-line">
          <b>{t(`key.${i.type}`)}</b>
          {i.type === 'id_document' ? (
            <span className="quiet">{t('client.hashed')}</span>
          ) : (
            <code>{shortMask(i.key)}</code>
          )}
          <span className="quiet">
            {i.rows.length === 0
              ? t('client.mentioned')
              : [...new Set(i.rows.map((r) => `${systemName(r.system)} · ${r.stream}`))].join(', ')}
          </span>
          <time className="quiet" dateTime={i.firstSeen}>
            {f.moment(i.firstSeen)}
          </time>
        </p>
        <p className="tie">
          <Tie identity={i} all={all} />
        </p>
        {i.flags.map((flag) => (
          <p key={flag.slot} className="flag">
            {t('identity.flagged', {
              what: said(flag.slotText),
              fault: t(`identity.fault_${flag.fault}`, { defaultValue: flag.fault }),
            })}
          </p>
        ))}
        {i.via?.evidence && i.via.kind === 'scored' && (
          <details>
            <summary>{t('identity.why')}</summary>
            <EvidenceTable evidence={i.via.evidence} />
          </details>
        )}
      </div>
    </li>
  );
}

function Tie({ identity: { id, via }, all }: Pick<Props, 'identity' | 'all'>) {
  const { t } = useTranslation();
  const f = useFormats();
  if (!via) return t(all[0]?.id === id ? 'identity.founder' : 'identity.via_alone');
  const from = all.find((i) => i.id === via.from);
  const other = from ? `${t(`key.${from.type}`)} ${from.type === 'id_document' ? '' : shortMask(from.key)}`.trim() : '';
  return t(`identity.via_${via.kind}`, { other, share: f.certainty(via.evidence?.probability ?? 1) });
}
