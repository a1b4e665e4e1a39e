import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { IdentitySide, RevealedSide } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';

const LISTS = ['phones', 'emails'] as const;
const CLEAR = ['name', 'nameLatin', 'birthDate', 'address'] as const;
const OPEN = ['kind', 'gender', 'occupation', 'branch', 'manager', 'opened'] as const;

/** A client, or one identity as if it were a client, in clear as far as somebody asked for that. */
export interface Column {
  readonly head: ReactNode;
  readonly side: Omit<IdentitySide, 'identity'>;
  readonly revealed: RevealedSide | undefined;
}

/** Two, or three of which the middle one is held against both, field by field: what agrees and what differs is marked. */
export function SideBySide({ columns }: { columns: readonly Column[] }) {
  const { t } = useTranslation();
  const rows = useRows(columns);
  const middle = columns.length === 3 ? 1 : undefined;
  return (
    <table className="table side-by-side">
      <thead>
        <tr>
          <td />
          {columns.map(({ head }, i) => (
            <th key={i} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, values]) => (
          <tr key={name}>
            <th scope="row">{t(`field.${name}`)}</th>
            {values.map((value, i) => {
              const mark = i === middle ? undefined : markOf(value, values[middle ?? 1 - i]!);
              const told = mark === 'differs' && (middle !== undefined || i === 1);
              return (
                <td key={i} className={mark}>
                  {value === '' ? <None /> : value}
                  {told && <span className="differs-word">{t('review.differs')}</span>}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What only one states tells nothing. */
function markOf(value: string, other: string): 'agrees' | 'differs' | undefined {
  if (value === '' || other === '') return undefined;
  return value === other ? 'agrees' : 'differs';
}

function None() {
  return (
    <span className="quiet" aria-hidden="true">
      –
    </span>
  );
}

/** The fields of which any side states something, with what each states. */
function useRows(columns: readonly Column[]): [name: string, values: string[]][] {
  const { t } = useTranslation();
  const f = useFormats();
  const sides = columns.map((c): Column['side'] & Partial<RevealedSide> => ({ ...c.side, ...c.revealed }));
  const word = (name: (typeof OPEN)[number], value: string | null) => {
    if (value === null) return '';
    if (name === 'kind') return t(`partyKind.${value}`, { defaultValue: value });
    if (name === 'gender') return t(`gender.${value}`, { defaultValue: value });
    return name === 'opened' ? f.day(value) : value;
  };
  const row = (name: string, of: (side: (typeof sides)[number]) => string): [string, string[]] => [name, sides.map(of)];
  return [
    ...CLEAR.map((name) => row(name, (s) => s[name] ?? '')),
    row('idDocument', (s) => (s.hasIdDocument ? t('client.onFile') : '')),
    ...LISTS.map((name) => row(name, (s) => s[name].join(', '))),
    ...OPEN.map((name) => row(name, (s) => word(name, s[name]))),
  ].filter(([, values]) => values.some((v) => v !== ''));
}
