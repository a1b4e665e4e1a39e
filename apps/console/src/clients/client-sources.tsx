import { useTranslation } from 'react-i18next';
import type { ClientDetail } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { shortMask } from './masked.js';
import { useSystemName } from './system-names.js';

/** By which keys the systems know this client, and which of their records say so. */
export function ClientSources({ client }: { client: ClientDetail }) {
  const { t } = useTranslation();
  const f = useFormats();
  const systemName = useSystemName();
  const records = client.identities.reduce((n, i) => n + i.sources.length, 0);
  return (
    <section className="panel">
      <h2>{t('client.sources')}</h2>
      <p className="quiet">
        {t('client.sourcesAre', { count: records, keys: f.count(client.identities.length), records: f.count(records) })}
      </p>
      <table className="table sources">
        <thead>
          <tr>
            <th scope="col">{t('client.keyType')}</th>
            <th scope="col">{t('client.key')}</th>
            <th scope="col">{t('client.records')}</th>
            <th scope="col">{t('client.firstSeen')}</th>
          </tr>
        </thead>
        <tbody>
          {client.identities.map((i) => (
            <tr key={`${i.type} ${i.key}`}>
              <th scope="row">{t(`key.${i.type}`, { defaultValue: i.type })}</th>
              <td>{i.type === 'id_document' ? t('client.hashed') : <code>{shortMask(i.key)}</code>}</td>
              <td>
                {i.sources.length === 0 ? (
                  <span className="quiet">{t('client.mentioned')}</span>
                ) : (
                  <ul>
                    {i.sources.map((s) => (
                      <li key={`${s.system} ${s.stream} ${s.key}`}>
                        {systemName(s.system)}{' '}
                        <span
                          className="quiet"
                          title={t('client.recordOf', { record: String(s.record), mapping: s.mapping })}
                        >
                          {s.stream}
                        </span>
                      </li>
                    ))}
                  </ul>
                )}
              </td>
              <td className="quiet">
                <time dateTime={i.firstSeen}>{f.moment(i.firstSeen)}</time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
