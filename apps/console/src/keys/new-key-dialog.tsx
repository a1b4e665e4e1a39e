import { useQueryClient } from '@tanstack/react-query';
import { Checkbox, Form, Input, Modal, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useCreateApiKey, useListUsers } from '../api/generated/hub.js';
import type { CreateApiKeyScopesItem, UserList } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useSignedIn } from '../session/session.js';
import { ProblemNote } from '../shell/problem-note.js';
import { KeyOnce } from './key-once.js';

const DAYS = ['30', '90', '365', 'never'] as const;
const DAY_MS = 86_400_000;

interface Said {
  readonly name: string;
  readonly user: string;
  readonly scopes: CreateApiKeyScopesItem[];
  readonly days: (typeof DAYS)[number];
}

interface Props {
  readonly open: boolean;
  readonly close: () => void;
}

/** A key for a program: whose it is, what it may do, until when; then the key, once. */
export function NewKeyDialog({ open, close }: Props) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const me = useSignedIn();
  const [form] = Form.useForm<Said>();
  const people = useListUsers<UserList, Problem>({ query: { enabled: open } });
  const owner = Form.useWatch('user', form) ?? me.login;
  const may = people.data?.items.find((u) => u.login === owner)?.scopes ?? me.scopes;
  const create = useCreateApiKey<Problem>({ mutation: { onSuccess: () => queries.invalidateQueries() } });
  const leave = () => {
    create.reset();
    close();
  };
  const say = ({ name, user, scopes, days }: Said) =>
    create.mutate({
      data: {
        name,
        user,
        scopes,
        ...(days === 'never' ? {} : { expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }),
      },
    });
  return (
    <>
      <Modal
        open={open && !create.data}
        title={t('apiKeys.newTitle')}
        okText={t('apiKeys.create')}
        cancelText={t('apiKeys.cancel')}
        okButtonProps={{ loading: create.isPending }}
        onOk={() => form.submit()}
        onCancel={leave}
        afterClose={() => form.resetFields()}
        destroyOnHidden
      >
        <Form
          form={form}
          name="key"
          layout="vertical"
          requiredMark={false}
          initialValues={{ user: me.login, scopes: ['read'], days: '90' }}
          onFinish={say}
          // What the one may, the other may not.
          onValuesChange={(changed) => 'user' in changed && form.setFieldValue('scopes', ['read'])}
        >
          <Form.Item
            name="name"
            label={t('apiKeys.name')}
            extra={t('apiKeys.nameHint')}
            rules={[{ required: true, whitespace: true, message: t('apiKeys.nameNeeded') }]}
          >
            <Input maxLength={100} autoComplete="off" />
          </Form.Item>
          <Form.Item name="user" label={t('apiKeys.owner')}>
            <Select
              loading={people.isFetching}
              options={(people.data?.items ?? [])
                .filter((u) => !u.disabled)
                .map((u) => ({ value: u.login, label: `${u.name} (${u.login})` }))}
            />
          </Form.Item>
          <Form.Item
            name="scopes"
            label={t('apiKeys.may')}
            // A group must not be said to be required (ARIA), which a rule of that name does.
            rules={[
              {
                validator: (_rule, chosen: readonly string[]) =>
                  chosen.length > 0 ? Promise.resolve() : Promise.reject(new Error(t('apiKeys.mayNeeded'))),
              },
            ]}
          >
            <Checkbox.Group className="scope-choices">
              {may.map((s) => (
                <Checkbox key={s} value={s}>
                  {t(`scope.${s}`)} <span className="quiet">{t(`scopeHint.${s}`)}</span>
                </Checkbox>
              ))}
            </Checkbox.Group>
          </Form.Item>
          <Form.Item name="days" label={t('apiKeys.expires')} extra={t('apiKeys.expiresHint')}>
            <Radio.Group options={DAYS.map((d) => ({ value: d, label: t(`apiKeys.expires_${d}`) }))} />
          </Form.Item>
        </Form>
        {people.error && (
          <ProblemNote what={t('apiKeys.usersFailed')} problem={people.error} retry={() => void people.refetch()} />
        )}
        {create.error && <ProblemNote what={t('apiKeys.createFailed')} problem={create.error} />}
      </Modal>
      <KeyOnce made={open ? create.data : undefined} close={leave} />
    </>
  );
}
