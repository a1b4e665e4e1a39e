import { useQueryClient } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useResendDelivery, useSkipDelivery } from '../api/generated/hub.js';
import type { DeliveryAttempt, DeliveryDetail, Endpoint } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useCopy } from '../shell/copy-text.js';
import { ProblemNote } from '../shell/problem-note.js';
import { asCurl } from './as-curl.js';
import type { Message } from './message.js';

interface Props {
  readonly delivery: DeliveryDetail;
  readonly endpoint: Endpoint;
  readonly last: DeliveryAttempt | undefined;
  readonly body: string;
  readonly mayWrite: boolean;
}

/** Sends a delivery again, gives it up, takes it to the terminal, or to the signatures. */
export function DeliveryActions({ delivery, endpoint, last, body, mayWrite }: Props) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { copied, copy } = useCopy();
  const [skipping, setSkipping] = useState(false);
  const mutation = { onSuccess: () => queries.invalidateQueries() };
  const resend = useResendDelivery<Problem>({ mutation });
  const skip = useSkipDelivery<Problem>({ mutation });
  const { id, state } = delivery;
  const signed = last?.headers['webhook-signature'];
  const message: Message | undefined = signed && last ? { headers: last.headers, body } : undefined;
  return (
    <>
      <div className="delivery-actions">
        {mayWrite && state !== 'claimed' && (
          <Button loading={resend.isPending} onClick={() => resend.mutate({ id })}>
            {t(state === 'ready' ? 'delivery.sendNow' : 'delivery.resend')}
          </Button>
        )}
        {mayWrite && (state === 'ready' || state === 'parked') && (
          <Button danger onClick={() => setSkipping(true)}>
            {t('delivery.skip')}
          </Button>
        )}
        {endpoint.kind === 'http' && copy && (
          <Button
            title={t('delivery.curlHint')}
            onClick={() =>
              copy(asCurl(endpoint.url, last?.headers ?? { 'content-type': 'application/cloudevents+json' }, body))
            }
          >
            {copied ? t('empty.copied') : t('delivery.curl')}
          </Button>
        )}
        {message && (
          <Link to="/developers/signatures" state={message}>
            {t('delivery.verify')}
          </Link>
        )}
      </div>
      {resend.isSuccess && <p role="status">{t('delivery.resent')}</p>}
      {resend.error && <ProblemNote what={t('delivery.resendFailed')} problem={resend.error} />}
      {skip.error && <ProblemNote what={t('delivery.skipFailed')} problem={skip.error} />}
      <Modal
        open={skipping}
        title={t('delivery.skipTitle')}
        okText={t('delivery.skipYes')}
        cancelText={t('testing.cancel')}
        okButtonProps={{ danger: true, loading: skip.isPending }}
        onOk={() => skip.mutate({ id }, { onSettled: () => setSkipping(false) })}
        onCancel={() => setSkipping(false)}
        destroyOnHidden
      >
        <p>{t('delivery.skipText')}</p>
      </Modal>
    </>
  );
}
