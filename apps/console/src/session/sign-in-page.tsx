import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate, useParams } from 'react-router';
import { useSignIn } from '../api/generated/hub.js';
import type { Problem } from '../api/problem.js';
import { Command } from '../shell/command.js';
import { Mark } from '../shell/mark.js';
import { PreferencesBar } from '../shell/preferences-bar.js';
import { useTitle } from '../shell/title.js';
import type { SentToSignIn } from './session.js';
import '../styles/sign-in.css';

/** Signing in: by login and password, or by the token of a one-time link. */
export function SignInPage() {
  const { token } = useParams();
  const { t } = useTranslation();
  useTitle(t('signIn.title'));
  return (
    <div className="sign-in">
      <header>
        <PreferencesBar />
      </header>
      <main>
        <div className="sign-in-brand">
          <Mark size={34} />
          <p className="sign-in-name">
            Isthmus <span lang="zh-CN">连岛</span>
          </p>
          <p className="sign-in-promise">{t('signIn.promise')}</p>
        </div>
        {token === undefined ? <ByPassword /> : <ByLink token={token} />}
      </main>
    </div>
  );
}

function useEntering() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { from } = useSent();
  return useSignIn<Problem>({
    mutation: {
      onSuccess: () => {
        client.clear();
        void navigate(from ?? '/', { replace: true });
      },
    },
  });
}

function useSent(): SentToSignIn {
  return (useLocation().state as SentToSignIn | null) ?? {};
}

function ByPassword() {
  const { t } = useTranslation();
  const enter = useEntering();
  const { reason } = useSent();
  const needed = [{ required: true, message: t('signIn.needed') }];
  return (
    <section className="sign-in-form">
      <h1>{t('signIn.title')}</h1>
      {reason && !enter.error && <Alert type="info" title={t(`signIn.${reason}`)} />}
      {enter.error && <Refusal problem={enter.error} />}
      <Form<{ login: string; password: string }>
        layout="vertical"
        requiredMark={false}
        onFinish={(data) => enter.mutate({ data })}
      >
        <Form.Item label={t('signIn.login')} name="login" rules={needed}>
          <Input size="large" autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus />
        </Form.Item>
        <Form.Item label={t('signIn.password')} name="password" rules={needed}>
          <Input.Password size="large" autoComplete="current-password" />
        </Form.Item>
        <Button type="primary" size="large" block htmlType="submit" loading={enter.isPending}>
          {t('signIn.submit')}
        </Button>
      </Form>
      <p className="quiet">{t('signIn.first')}</p>
      <Command>isthmus users link admin</Command>
    </section>
  );
}

/** A link signs in once: it is used as soon as the page opens, and only then. */
function ByLink({ token }: { token: string }) {
  const { t } = useTranslation();
  const enter = useEntering();
  const used = useRef<string>(undefined);
  const { mutate } = enter;
  useEffect(() => {
    if (used.current === token) return;
    used.current = token;
    mutate({ data: { link: token } });
  }, [mutate, token]);
  if (!enter.error)
    return (
      <section className="sign-in-form" role="status">
        <h1>{t('signIn.byLink')}</h1>
      </section>
    );
  return (
    <section className="sign-in-form">
      <h1>{t('signIn.linkFailed')}</h1>
      <Refusal problem={enter.error} />
      <Command>isthmus users link admin</Command>
      <Link to="/sign-in" replace>
        {t('signIn.withPassword')}
      </Link>
    </section>
  );
}

function Refusal({ problem }: { problem: Problem }) {
  const { t } = useTranslation();
  return (
    <Alert
      type="error"
      role="alert"
      title={problem.status === 0 ? t('problem.unreachable') : problem.message}
      description={problem.status === 0 ? t('problem.unreachableHint') : undefined}
    />
  );
}
