import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiKey } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { KeyStateView } from './key-state.js';
import { RevokeKeyDialog } from './revoke-key-dialog.js';
import { RotateKeyDialog } from './rotate-key-dialog.js';

/** All keys, newest first; on a phone each is a card. */
export function KeyTable({ keys }: { keys: readonly ApiKey[] }) {
  const { t } = useTranslation();
  const [rotating, setRotating] = useState<ApiKey>();
  const [revoking, setRevoking] = useState<ApiKey>();
  const prefixOf = new Map(keys.map((k) => [k.id, k.prefix]));
  return (
    <>
      <div className="panel table-frame">
        <table className="table api-keys">
          <thead>
            <tr>
              <th scope="col">{t('apiKeys.name')}</th>
              <th scope="col">{t('apiKeys.owner')}</th>
              <th scope="col">{t('apiKeys.may')}</th>
              <th scope="col">{t('apiKeys.state')}</th>
              <th scope="col">{t('apiKeys.used')}</th>
              <th scope="col">{t('apiKeys.made')}</th>
              <th scope="col">{t('apiKeys.actions')}</th>
            </tr>
          </thead>
          <tbody>
            {keys.map((k) => (
              <KeyRow
                key={k.id}
                of={k}
                successor={k.successor === null ? undefined : prefixOf.get(k.successor)}
                rotate={() => setRotating(k)}
                revoke={() => setRevoking(k)}
              />
            ))}
          </tbody>
        </table>
      </div>
      <RotateKeyDialog of={rotating} close={() => setRotating(undefined)} />
      <RevokeKeyDialog of={revoking} close={() => setRevoking(undefined)} />
    </>
  );
}

interface RowProps {
  readonly of: ApiKey;
  /** How the key that followed it begins, when that is on the page too. */
  readonly successor: string | undefined;
  readonly rotate: () => void;
  readonly revoke: () => void;
}

function KeyRow({ of: k, successor, rotate, revoke }: RowProps) {
  const { t } = useTranslation();
  const f = useFormats();
  const works = k.state === 'active' || k.state === 'retiring';
  return (
    <tr className={works ? undefined : 'over'}>
      <td>
        <b>{k.name}</b>
        <code className="api-key-prefix">{k.prefix}…</code>
      </td>
      <td data-label={t('apiKeys.owner')}>{k.owner}</td>
      <td data-label={t('apiKeys.may')}>
        <ul className="scopes">
          {k.scopes.map((s) => (
            <li key={s} title={t(`scopeHint.${s}`)}>
              {t(`scope.${s}`)}
            </li>
          ))}
        </ul>
      </td>
      <td>
        <KeyStateView of={k} successor={successor} />
      </td>
      <td data-label={t('apiKeys.used')}>
        {k.lastUsedAt === null ? (
          <span className="quiet">{t('apiKeys.never')}</span>
        ) : (
          <time dateTime={k.lastUsedAt}>{f.moment(k.lastUsedAt)}</time>
        )}
      </td>
      <td data-label={t('apiKeys.made')} className="quiet">
        {k.createdBy === null
          ? f.moment(k.createdAt)
          : t('apiKeys.madeBy', { time: f.moment(k.createdAt), who: k.createdBy })}
      </td>
      <td>
        <span className="api-key-actions">
          {k.state === 'active' && (
            <Button size="small" aria-label={t('apiKeys.rotateOf', { name: k.name })} onClick={rotate}>
              {t('apiKeys.rotate')}
            </Button>
          )}
          {works && (
            <Button size="small" danger aria-label={t('apiKeys.revokeOf', { name: k.name })} onClick={revoke}>
              {t('apiKeys.revoke')}
            </Button>
          )}
        </span>
      </td>
    </tr>
  );
}
