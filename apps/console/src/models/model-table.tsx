import { useTranslation } from 'react-i18next';
import type { MatchModel } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';

interface Props {
  readonly models: readonly MatchModel[];
  readonly chosen: number | undefined;
  readonly show: (version: number) => void;
}

/** All versions, newest first; work that is under way with how far it is. */
export function ModelTable({ models, chosen, show }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={t('models.versions')}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('models.version')}</th>
            <th scope="col">{t('models.state')}</th>
            <th scope="col">{t('models.made')}</th>
            <th scope="col">{t('models.activated')}</th>
          </tr>
        </thead>
        <tbody>
          {models.map((m) => (
            <tr key={m.version} aria-current={m.version === chosen ? 'true' : undefined}>
              <td>
                <button type="button" className="link" onClick={() => show(m.version)}>
                  {t('models.numbered', { version: m.version })}
                </button>
              </td>
              <td>
                {m.task === null
                  ? t(`models.state_${m.state}`)
                  : t(`models.task_${m.task}`, { done: f.count(m.done), total: f.count(m.total) })}
              </td>
              <td>{t('models.by', { who: m.createdBy, when: f.moment(m.createdAt) })}</td>
              <td>
                {m.activatedAt && m.activatedBy
                  ? t('models.by', { who: m.activatedBy, when: f.moment(m.activatedAt) })
                  : t('models.never')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
