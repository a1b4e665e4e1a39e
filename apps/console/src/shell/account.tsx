import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Session } from '../api/generated/hub.schemas.js';
import { useLeaveBySigningOut } from '../session/session.js';

/** Who is signed in, and the way out. */
export function Account({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const signOut = useLeaveBySigningOut((problem) => {
    void message.error(problem.status === 0 ? t('problem.unreachable') : problem.message);
  });
  return (
    <div className="account">
      <span title={session.name}>{session.login}</span>
      <button type="button" className="bar-button" onClick={signOut}>
        {t('shell.signOut')}
      </button>
    </div>
  );
}
