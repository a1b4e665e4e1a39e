import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import type { Fact } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { wordOrCode } from '../words/codes.js';
import { useSystemName } from './system-names.js';

/** Which way the money went, where a kind says so. */
const SIGNS: Record<string, string> = { 'cash.in': '+', 'cash.out': '−', 'custody.in': '+', 'custody.out': '−' };

/** One thing that happened: when, what, how much, and what its system said of it. */
export function TimelineFact({ fact }: { fact: Fact }) {
  const { t } = useTranslation();
  const f = useFormats();
  const systemName = useSystemName();
  return (
    <li className={`fact fact-${fact.kind.split('.')[0]}`}>
      <time dateTime={fact.occurredAt}>{f.clock(fact.occurredAt)}</time>
      <div className="fact-what">
        <p>
          {sideOf(t, fact)}
          {wordOrCode(t, 'fact', fact.kind)}
          <span className="quiet">{systemName(fact.system)}</span>
        </p>
        <Details data={fact.data} />
      </div>
      {fact.amount !== null && (
        <b className="fact-amount">
          {SIGNS[fact.kind]}
          {f.decimal(fact.amount)}
        </b>
      )}
    </li>
  );
}

function sideOf(t: TFunction, { data }: Fact): string {
  return data['side'] === undefined ? '' : `${t(`side.${data['side']}`, { defaultValue: data['side'] })} `;
}

function Details({ data }: { data: Fact['data'] }) {
  const { t } = useTranslation();
  const pairs = Object.entries(data).filter(([name, value]) => name !== 'side' && value !== '');
  if (pairs.length === 0) return null;
  return (
    <ul className="fact-data">
      {pairs.map(([name, value]) => (
        <li key={name}>
          {t(`data.${name}`, { defaultValue: name })} <span>{value}</span>
        </li>
      ))}
    </ul>
  );
}
