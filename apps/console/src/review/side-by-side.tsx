import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditSide, RevealedAuditPair, RevealedSide } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';

const LISTS = ['phones', 'emails'] as const;
const CLEAR = ['name', 'nameLatin', 'birthDate', 'address'] as const;
const OPEN = ['kind', 'gender', 'occupation', 'branch', 'manager', 'opened'] as const;
type Row = readonly [name: string, left: string, right: string];

/** What is shown of a side: a client, or one identity as if it were one. */
type Side = Omit<AuditSide, 'identity'>;

interface Props {
  readonly left: Side;
  readonly right: Side;
  readonly heads: readonly [left: ReactNode, right: ReactNode];
  readonly revealed: RevealedAuditPair | undefined;
}

/** Both, field by field; what differs is marked, what only one has is left as it is. */
export function SideBySide({ heads, ...sides }: Props) {
  const { t } = useTranslation();
  const rows = useRows(sides);
  return (
    <table className="table side-by-side">
      <thead>
        <tr>
          <td />
          {heads.map((head, i) => (
            <th key={i} scope="col">
              {head}
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

function useRows(sides: Omit<Props, 'heads'>): Row[] {
  const { t } = useTranslation();
  const f = useFormats();
  const left: Side & Partial<RevealedSide> = { ...sides.left, ...sides.revealed?.left };
  const right: Side & Partial<RevealedSide> = { ...sides.right, ...sides.revealed?.right };
  const word = (name: (typeof OPEN)[number], value: string | null) => {
    if (value === null) return '';
    if (name === 'kind') return t(`partyKind.${value}`, { defaultValue: value });
    if (name === 'gender') return t(`gender.${value}`, { defaultValue: value });
    return name === 'opened' ? f.day(value) : value;
  };
  const onFile = (c: Side) => (c.hasIdDocument ? t('client.onFile') : '');
  const rows: Row[] = [
    ...CLEAR.map((name): Row => [name, left[name] ?? '', right[name] ?? '']),
    ['idDocument', onFile(left), onFile(right)],
    ...LISTS.map((name): Row => [name, left[name].join(', '), right[name].join(', ')]),
    ...OPEN.map((name): Row => [name, word(name, left[name]), word(name, right[name])]),
  ];
  return rows.filter(([, l, r]) => l !== '' || r !== '');
}
