import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useListBlockedValues } from '../api/generated/hub.js';
import type { BlockedValue, BlockedValuePage, MatchSettings } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useFormats } from '../format/formats.js';
import { useSaid } from '../identity/said.js';
import { ProblemNote } from '../shell/problem-note.js';
import { BlockDialog } from './block-dialog.js';
import { UnblockDialog } from './unblock-dialog.js';

const MOST = 500;

interface Props {
  /** What may be limited may be blocked as well, and is called the same. */
  readonly names: MatchSettings['valueLimits'];
  readonly mayChange: boolean;
}

/** Values that people said are no evidence, whatever the model; they hold at once. */
export function BlockedValues({ names, mayChange }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  const said = useSaid();
  const [blocking, setBlocking] = useState(false);
  const [unblocking, setUnblocking] = useState<BlockedValue>();
  const list = useListBlockedValues<BlockedValuePage, Problem>({ limit: MOST });
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{t('blocked.title')}</h2>
        {mayChange && <Button onClick={() => setBlocking(true)}>{t('blocked.block')}</Button>}
      </div>
      <p className="quiet">{t('blocked.text')}</p>
      {list.error && (
        <ProblemNote what={t('blocked.listFailed')} problem={list.error} retry={() => void list.refetch()} />
      )}
      {list.data?.items.length === 0 && <p>{t('blocked.none')}</p>}
      {list.data && list.data.items.length > 0 && (
        <div className="table-scroll" tabIndex={0} role="region" aria-label={t('blocked.title')}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('blocked.value')}</th>
                <th scope="col">{t('blocked.reason')}</th>
                <th scope="col">{t('blocked.since')}</th>
                {mayChange && <td />}
              </tr>
            </thead>
            <tbody>
              {list.data.items.map((b) => (
                <tr key={b.id}>
                  <th scope="row">
                    {said(b.kindText)} <code>{b.value}</code>
                  </th>
                  <td>{b.reason}</td>
                  <td>{t('models.by', { who: b.blockedBy, when: f.moment(b.blockedAt) })}</td>
                  {mayChange && (
                    <td>
                      <Button size="small" onClick={() => setUnblocking(b)}>
                        {t('blocked.unblock')}
                      </Button>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.data?.nextCursor && <p className="quiet">{t('blocked.more', { n: f.count(MOST) })}</p>}
      {blocking && <BlockDialog names={names} close={() => setBlocking(false)} />}
      {unblocking && <UnblockDialog value={unblocking} close={() => setUnblocking(undefined)} />}
    </section>
  );
}
