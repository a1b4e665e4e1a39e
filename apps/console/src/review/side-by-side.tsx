import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Client, RevealedClient, RevealedReview, Review } from '../api/generated/hub.schemas.js';
import { ClientName } from '../clients/client-name.js';
import { useFormats } from '../format/formats.js';

const LISTS = ['phones', 'emails'] as const;
const CLEAR = ['name', 'nameLatin', 'birthDate', 'address'] as const;
const OPEN = ['kind', 'gender', 'occupation', 'branch', 'manager', 'opened'] as const;
type Row = readonly [name: string, left: string, right: string];

/** Both clients, field by field; what differs is marked, what only one has is left as it is. */
export function SideBySide({ review, revealed }: { review: Review; revealed: RevealedReview | undefined }) {
  const { t } = useTranslation();
  const rows = useRows(review, revealed);
  return (
    <table className="table side-by-side">
      <thead>
        <tr>
          <td />
          {[review.leftClient, review.rightClient].map((c, i) => (
            <th key={c.id + String(i)} scope="col">
              <Link to={`/clients/${c.id}`}>
                <ClientName client={c} />
              </Link>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, left, right]) => {
          const differs = left !== '' && right !== '' && left !== right;
          return (
            <tr key={name} className={differs ? 'differs' : left !== '' && left === right ? 'agrees' : undefined}>
              <th scope="row">{t(`field.${name}`)}</th>
              <td>{left === '' ? <None /> : left}</td>
              <td>
                {right === '' ? <None /> : right}
                {differs && <span className="differs-word">{t('review.differs')}</span>}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function None() {
  return (
    <span className="quiet" aria-hidden="true">
      –
    </span>
  );
}

function useRows(review: Review, revealed: RevealedReview | undefined): Row[] {
  const { t } = useTranslation();
  const f = useFormats();
  const left: Client & Partial<RevealedClient> = { ...review.leftClient, ...revealed?.left };
  const right: Client & Partial<RevealedClient> = { ...review.rightClient, ...revealed?.right };
  const word = (name: (typeof OPEN)[number], value: string | null) => {
    if (value === null) return '';
    if (name === 'kind') return t(`partyKind.${value}`, { defaultValue: value });
    if (name === 'gender') return t(`gender.${value}`, { defaultValue: value });
    return name === 'opened' ? f.day(value) : value;
  };
  const onFile = (c: Client) => (c.hasIdDocument ? t('client.onFile') : '');
  const rows: Row[] = [
    ...CLEAR.map((name): Row => [name, left[name] ?? '', right[name] ?? '']),
    ['idDocument', onFile(left), onFile(right)],
    ...LISTS.map((name): Row => [name, left[name].join(', '), right[name].join(', ')]),
    ...OPEN.map((name): Row => [name, word(name, left[name]), word(name, right[name])]),
  ];
  return rows.filter(([, l, r]) => l !== '' || r !== '');
}
