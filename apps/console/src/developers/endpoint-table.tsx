import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Endpoint } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { faresOf } from './endpoint-fares.js';
import { EndpointState } from './endpoint-state.js';
import { Waiting } from './waiting.js';

/** All endpoints. A row leads to its delivery log; on a phone it is a card. */
export function EndpointTable({ endpoints }: { endpoints: readonly Endpoint[] }) {
  const { t } = useTranslation();
  const f = useFormats();
  return (
    <div className="panel table-frame">
      <table className="table endpoints">
        <thead>
          <tr>
            <th scope="col">{t('endpoint.name')}</th>
            <th scope="col">{t('endpoint.state')}</th>
            <th scope="col">{t('endpoint.types')}</th>
            <th scope="col">{t('endpoint.waiting')}</th>
          </tr>
        </thead>
        <tbody>
          {endpoints.map((e) => (
            <tr key={e.id}>
              <td className="endpoints-name">
                <Link to={`/developers/endpoints/${e.id}`} className="row-link">
                  {e.name}
                </Link>
                <span className="endpoints-url quiet">
                  {t(`endpoint.kind_${e.kind}`)} {e.url !== '' && <code>{e.url}</code>}
                </span>
              </td>
              <td>
                <EndpointState endpoint={e} />
                {faresOf(t, f, e).map((fact) => (
                  <span key={fact} className="endpoints-fact quiet">
                    {fact}
                  </span>
                ))}
              </td>
              <td className="endpoints-types">
                <Types types={e.types} />
              </td>
              <td data-label={t('endpoint.waiting')}>
                <Waiting endpoint={e} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const SHOWN = 3;

function Types({ types }: { types: readonly string[] }) {
  const { t } = useTranslation();
  if (types.length === 0) return <span className="quiet">{t('endpoint.allTypes')}</span>;
  return (
    <span className="quiet" title={types.join(', ')}>
      {types.slice(0, SHOWN).map((type) => (
        <code key={type}>{type} </code>
      ))}
      {types.length > SHOWN && t('endpoint.moreTypes', { n: types.length - SHOWN })}
    </span>
  );
}
