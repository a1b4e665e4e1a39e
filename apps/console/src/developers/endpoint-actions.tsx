import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Endpoint } from '../api/generated/hub.schemas.js';
import { MakeUpDialog } from './make-up-dialog.js';
import { TestDialog } from './test-dialog.js';
import type { MakeUp } from './use-make-up.js';
import { useSwitchEndpoint } from './use-switch-endpoint.js';

/** What can be done with an endpoint: try it, make up for what it missed, and stop or start it. */
export function EndpointActions({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation();
  const { busy, turn } = useSwitchEndpoint(endpoint);
  const [open, setOpen] = useState<'test' | 'disable' | MakeUp>();
  const close = () => setOpen(undefined);
  return (
    <div className="endpoint-actions">
      {endpoint.kind !== 'pull' && (
        <>
          <Button type="primary" onClick={() => setOpen('test')}>
            {t('endpoint.test')}
          </Button>
          <Button onClick={() => setOpen('recover')}>{t('endpoint.recover')}</Button>
          <Button onClick={() => setOpen('replay')}>{t('endpoint.replay')}</Button>
        </>
      )}
      {endpoint.state === 'enabled' ? (
        <Button danger onClick={() => setOpen('disable')}>
          {t('endpoint.disable')}
        </Button>
      ) : (
        <Button loading={busy} onClick={() => void turn('enabled')}>
          {t('endpoint.enable')}
        </Button>
      )}
      <TestDialog endpoint={endpoint} open={open === 'test'} close={close} />
      {(open === 'recover' || open === 'replay') && <MakeUpDialog endpoint={endpoint} what={open} close={close} />}
      <Modal
        open={open === 'disable'}
        title={t('endpoint.disableTitle', { name: endpoint.name })}
        okText={t('endpoint.disableYes')}
        cancelText={t('endpoint.disableNo')}
        okButtonProps={{ danger: true, loading: busy }}
        onOk={() => void turn('disabled').then(close)}
        onCancel={close}
        destroyOnHidden
      >
        <p>{t(endpoint.kind === 'pull' ? 'endpoint.disablePullText' : 'endpoint.disableText')}</p>
      </Modal>
    </div>
  );
}
