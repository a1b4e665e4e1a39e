import { useTranslation } from 'react-i18next';
import type { MatchExpectation } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';

/** What each threshold is expected to bring; the one in use is marked. */
export function Expected({ expected, link }: { expected: readonly MatchExpectation[]; link: number | undefined }) {
  const { t } = useTranslation();
  const f = useFormats();
  if (expected.length === 0) return <p className="quiet">{t('models.notMeasured')}</p>;
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={t('models.expected')}>
      <table className="table expected">
        <caption>
          <h3>{t('models.expected')}</h3>
          <span className="quiet">{t('models.expectedHint')}</span>
        </caption>
        <thead>
          <tr>
            <th scope="col">{t('models.joinedFrom')}</th>
            <th scope="col">{t('models.pairs')}</th>
            <th scope="col">{t('models.right')}</th>
            <th scope="col">{t('models.wrong')}</th>
            <th scope="col">{t('models.left')}</th>
          </tr>
        </thead>
        <tbody>
          {expected.map((e) => (
            <tr key={e.link} aria-current={e.link === link ? 'true' : undefined}>
              <th scope="row">
                {f.fine(e.link)} {e.link === link && <span className="in-use">{t('models.inUse')}</span>}
              </th>
              <td>{f.count(e.pairs)}</td>
              <td>{e.pairs === 0 ? '–' : f.fine(e.precision)}</td>
              <td>{e.pairs === 0 ? '–' : e.wrong < 1 ? t('models.lessThanOne') : f.count(Math.round(e.wrong))}</td>
              <td>{f.count(e.asked)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
