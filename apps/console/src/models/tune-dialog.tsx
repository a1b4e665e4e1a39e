import { useQueryClient } from '@tanstack/react-query';
import { App, Form, InputNumber, Modal, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { useTuneMatchModel } from '../api/generated/hub.js';
import type { MatchSettings } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { ProblemNote } from '../shell/problem-note.js';
import { ValueLimitFields } from './value-limit-fields.js';

interface Props {
  readonly from: number;
  readonly settings: MatchSettings;
  /** Its preview tells what thresholds bring, so a precision can be asked for. */
  readonly measured: boolean;
  readonly tuned: (version: number) => void;
  readonly close: () => void;
}

interface Tuning {
  readonly by: 'precision' | 'link';
  /** Per cent. */
  readonly precision?: number;
  readonly link?: number;
  readonly review: number;
  readonly clusterLimit: number;
  readonly diameterLimit: number;
  readonly valueLimits?: Readonly<Record<string, number | null | undefined>>;
}

const percent = (share: number) => Number((share * 100).toFixed(4));

/** A new version with other thresholds; nothing changes until it is put in force. */
export function TuneDialog({ from, settings, measured, tuned, close }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Tuning>();
  const by = Form.useWatch('by', form) ?? 'link';
  const tune = useTuneMatchModel<Problem>({
    mutation: {
      onSuccess: (model) => {
        void message.success(t('models.tuned', { version: model.version }));
        close();
        tuned(model.version);
        return queries.invalidateQueries();
      },
    },
  });
  const save = ({ precision, link, review, ...limits }: Tuning) =>
    tune.mutate({
      data: {
        from,
        ...(by === 'precision' ? { precision: precision! / 100 } : { link: link! / 100 }),
        review: review / 100,
        clusterLimit: limits.clusterLimit,
        diameterLimit: limits.diameterLimit,
        valueLimits: Object.fromEntries(
          settings.valueLimits.map((l) => [l.name, limits.valueLimits?.[l.name] ?? null]),
        ),
      },
    });
  const share = { min: 0.01, max: 99.9999, suffix: '%', style: { width: '100%' } };
  const needed = { required: true, message: t('models.numberNeeded') };
  return (
    <Modal
      open
      title={t('models.tuneTitle')}
      okText={t('models.tuneYes')}
      cancelText={t('models.cancel')}
      okButtonProps={{ loading: tune.isPending }}
      onOk={() => form.submit()}
      onCancel={close}
      destroyOnHidden
    >
      <p>{t('models.tuneText')}</p>
      <Form
        form={form}
        name="tuning"
        layout="vertical"
        requiredMark={false}
        initialValues={{
          by: 'link',
          link: percent(settings.link),
          review: percent(settings.review),
          precision: 99.9,
          clusterLimit: settings.clusterLimit,
          diameterLimit: settings.diameterLimit ?? 6,
          valueLimits: Object.fromEntries(settings.valueLimits.map((l) => [l.name, l.most])),
        }}
        onFinish={save}
      >
        <Form.Item name="by" label={t('models.tuneBy')} {...(measured ? {} : { extra: t('models.previewFirst') })}>
          <Radio.Group
            options={[
              { value: 'link', label: t('models.byLink') },
              { value: 'precision', label: t('models.byPrecision'), disabled: !measured },
            ]}
          />
        </Form.Item>
        {by === 'precision' ? (
          <Form.Item name="precision" label={t('models.precision')} rules={[needed]}>
            <InputNumber {...share} />
          </Form.Item>
        ) : (
          <Form.Item name="link" label={t('models.linkShare')} rules={[needed]}>
            <InputNumber {...share} />
          </Form.Item>
        )}
        <Form.Item name="review" label={t('models.reviewShare')} rules={[needed]}>
          <InputNumber {...share} />
        </Form.Item>
        <Form.Item name="clusterLimit" label={t('models.clusterLimit')} rules={[needed]}>
          <InputNumber min={2} max={100_000} precision={0} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="diameterLimit" label={t('models.diameterLimit')} rules={[needed]}>
          <InputNumber min={1} max={100} precision={0} style={{ width: '100%' }} />
        </Form.Item>
        <ValueLimitFields limits={settings.valueLimits} />
      </Form>
      {tune.error && <ProblemNote what={t('models.tuneFailed')} problem={tune.error} />}
    </Modal>
  );
}
