import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ClientDetail } from '../api/generated/hub.schemas.js';
import { FieldWhy } from './field-why.js';
import { useFieldLabel, useFieldValue } from './field-words.js';
import { PinAnother } from './pin-another.js';
import { useSystemName } from './system-names.js';
import { shortMask } from './masked.js';
import { clientsPath } from './use-client-filters.js';

/** Addresses are never shown here. */
const MASKED = '***';

type FieldLine = ClientDetail['lineage'][string];

/** Every known field with the source record that won it, and by which rule; who lost, on demand. */
export function ClientFields({ client }: { client: ClientDetail }) {
  const { t } = useTranslation();
  const rows = useFieldRows(client);
  const usual = mostCommon(rows.flatMap(({ name }) => client.lineage[name] ?? []));
  return (
    <section className="panel">
      <h2>{t('client.fields')}</h2>
      {rows.length === 0 ? (
        <p className="quiet">{t('client.noFields')}</p>
      ) : (
        <>
          {usual && (
            <p className="fields-usual">
              {t('client.usually')} <Lineage line={usual} />
            </p>
          )}
          <dl className="fields">
            {rows.map(({ name, label, value }) => (
              <div key={name}>
                <dt>{label}</dt>
                <dd>
                  {value}
                  {client.lineage[name] && !isSame(client.lineage[name], usual) && (
                    <Lineage line={client.lineage[name]} />
                  )}
                  {client.lineage[name] && <FieldWhy client={client} field={name} label={label} />}
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <PinAnother client={client} />
    </section>
  );
}

/** Which record stated it, and why that one is believed; or that a person set it. */
function Lineage({ line }: { line: FieldLine }) {
  const { t } = useTranslation();
  const systemName = useSystemName();
  if (line.system === null || line.key === null) return <span className="fields-from">{t('rule.pin')}</span>;
  return (
    <span className="fields-from" title={t('client.recordOf', { record: String(line.record), mapping: line.mapping })}>
      {systemName(line.system)} · {line.stream} <code>{shortMask(line.key)}</code> · {t(`rule.${line.rule}`)}
    </span>
  );
}

function isSame(a: FieldLine, b: FieldLine | undefined): boolean {
  return b !== undefined && identityOf(a) === identityOf(b);
}

function identityOf(line: FieldLine): string {
  return JSON.stringify([line.system, line.stream, line.key, line.pin, line.rule]);
}

/** Most fields come from one record: it is named once above them, and the others say what differs. */
function mostCommon(lines: readonly FieldLine[]): FieldLine | undefined {
  const times = new Map<string, { line: FieldLine; n: number }>();
  for (const line of lines) times.set(identityOf(line), { line, n: (times.get(identityOf(line))?.n ?? 0) + 1 });
  return [...times.values()].toSorted((a, b) => b.n - a.n)[0]?.line;
}

function useFieldRows(c: ClientDetail): { name: string; label: string; value: ReactNode }[] {
  const { t } = useTranslation();
  const word = useFieldValue();
  const fieldLabel = useFieldLabel();
  const list = (path: 'branch' | 'manager', value: string) => <Link to={clientsPath({ [path]: value })}>{value}</Link>;
  const fields: [string, ReactNode][] = [
    ['name', c.name],
    ['nameLatin', c.nameLatin],
    ['kind', c.kind && word('kind', c.kind)],
    ['idDocumentType', c.idDocumentType && word('idDocumentType', c.idDocumentType)],
    ['idDocument', c.hasIdDocument && t('client.onFile')],
    ['birthDate', c.birthDate],
    ['gender', c.gender && word('gender', c.gender)],
    ['occupation', c.occupation],
    ['phones', c.phones.length > 0 && <Several values={c.phones} />],
    ['emails', c.emails.length > 0 && <Several values={c.emails} />],
    ['address', c.lineage['address'] && MASKED],
    ['status', c.lineage['status'] && word('status', c.status)],
    ['tier', c.tier],
    ['riskLevel', c.riskLevel],
    ['branch', c.branch && list('branch', c.branch)],
    ['manager', c.manager && list('manager', c.manager)],
    ['opened', c.opened && word('opened', c.opened)],
  ];
  return [
    ...fields,
    ...Object.entries(c.attributes).map(([name, value]): [string, ReactNode] => [`attributes.${name}`, value]),
  ]
    .map(([name, value]) => ({ name, label: fieldLabel(name), value }))
    .filter(({ value }) => value !== null && value !== undefined && value !== '' && value !== false);
}

function Several({ values }: { values: readonly string[] }) {
  return (
    <ul>
      {values.map((v) => (
        <li key={v}>{v}</li>
      ))}
    </ul>
  );
}
