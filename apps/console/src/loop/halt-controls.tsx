import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getGetLoopQueryKey, usePauseCampaign, useResumeCampaign, useStopCampaign } from '../api/generated/hub.js';
import type { LoopCampaign, Session } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useFormats } from '../format/formats.js';
import { figuresOf } from './step-figures.js';

/** Pause, resume and stop, for those who may. Stopping asks for a reason, because it cannot be taken back. */
export function HaltControls({ campaign, session }: { campaign: NonNullable<LoopCampaign>; session: Session }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const mutation = {
    onSuccess: () => {
      setAsking(false);
      return client.invalidateQueries({ queryKey: getGetLoopQueryKey() });
    },
    onError: (problem: Problem) => {
      void message.error(problem.status === 0 ? t('problem.unreachable') : problem.message);
    },
  };
  const pause = usePauseCampaign<Problem>({ mutation });
  const resume = useResumeCampaign<Problem>({ mutation });
  const stop = useStopCampaign<Problem>({ mutation });
  if (campaign.state !== 'running' && campaign.state !== 'paused') return null;
  if (!session.scopes.includes('write')) return <p className="quiet halt-note">{t('campaign.mayNot')}</p>;
  const { id } = campaign;
  return (
    <div className="halt">
      {campaign.state === 'running' ? (
        <Button loading={pause.isPending} onClick={() => pause.mutate({ id })}>
          {t('campaign.pause')}
        </Button>
      ) : (
        <Button type="primary" loading={resume.isPending} onClick={() => resume.mutate({ id })}>
          {t('campaign.resume')}
        </Button>
      )}
      <Button danger onClick={() => setAsking(true)}>
        {t('campaign.stop')}
      </Button>
      <StopDialog
        campaign={campaign}
        open={asking}
        busy={stop.isPending}
        cancel={() => setAsking(false)}
        stop={(reason) => stop.mutate({ id, data: { reason } })}
      />
    </div>
  );
}

interface StopProps {
  readonly campaign: NonNullable<LoopCampaign>;
  readonly open: boolean;
  readonly busy: boolean;
  readonly cancel: () => void;
  readonly stop: (reason: string) => void;
}

function StopDialog({ campaign, open, busy, cancel, stop }: StopProps) {
  const { t } = useTranslation();
  const f = useFormats();
  const [form] = Form.useForm<{ reason: string }>();
  const unsent = campaign.funnel.reduce((sum, step) => sum + figuresOf(step).open, 0);
  return (
    <Modal
      open={open}
      title={t('campaign.stopTitle', { name: campaign.name })}
      okText={t('campaign.stopYes')}
      cancelText={t('campaign.stopNo')}
      okButtonProps={{ danger: true, loading: busy }}
      onOk={() => form.submit()}
      onCancel={cancel}
      destroyOnHidden
    >
      <p>{t('campaign.stopText', { count: unsent, n: f.count(unsent) })}</p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={({ reason }) => stop(reason)}>
        <Form.Item
          name="reason"
          label={t('campaign.stopReason')}
          rules={[{ required: true, whitespace: true, message: t('campaign.stopReasonNeeded') }]}
        >
          <Input.TextArea rows={3} maxLength={1000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
