import { Button, Modal, Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Endpoint } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { ProblemNote } from '../shell/problem-note.js';
import { SinceField } from './since-field.js';
import { type MakeUp, type MakingUp, useMakeUp } from './use-make-up.js';
import { Waiting } from './waiting.js';

interface Props {
  readonly endpoint: Endpoint;
  readonly what: MakeUp;
  readonly close: () => void;
}

/** Makes up for what an endpoint missed: since when, how many, then the sending, with its progress. */
export function MakeUpDialog({ endpoint, what, close }: Props) {
  const { t } = useTranslation();
  const { state, count, send, stop, again } = useMakeUp(endpoint.id, what);
  const working = state?.phase === 'working';
  const leave = () => {
    stop();
    close();
  };
  return (
    <Modal
      open
      title={t(`makeUp.title_${what}`)}
      onCancel={leave}
      mask={{ closable: !working }}
      footer={
        <>
          {working ? (
            <Button onClick={stop}>{t('makeUp.stop')}</Button>
          ) : (
            <Button onClick={leave}>{t(state?.phase === 'done' ? 'makeUp.close' : 'makeUp.cancel')}</Button>
          )}
          {state?.phase !== 'done' && (
            <Button
              type="primary"
              loading={working}
              disabled={state?.phase !== 'counted' || state.found === 0}
              onClick={() => state && void send(state)}
            >
              {t('makeUp.send')}
            </Button>
          )}
        </>
      }
    >
      <p>{t(`makeUp.text_${what}`)}</p>
      <SinceField
        disabled={working || state?.phase === 'done'}
        change={(since) => void (since === undefined ? again() : count(since))}
      />
      {state && <Course what={what} state={state} endpoint={endpoint} />}
      {state?.problem && <ProblemNote what={t('makeUp.failed')} problem={state.problem} />}
    </Modal>
  );
}

/** What was found, how far the sending is, and what came of it. */
function Course({ what, state, endpoint }: { what: MakeUp; state: MakingUp; endpoint: Endpoint }) {
  const { t } = useTranslation();
  const f = useFormats();
  const { phase, found, more, made, problem } = state;
  const n = more ? t('endpoint.moreThan', { n: f.count(found) }) : f.count(found);
  if (phase === 'counting') return <p role="status">{t('makeUp.counting')}</p>;
  if (phase === 'counted')
    return problem ? null : <p role="status">{t(`makeUp.found_${what}`, { count: found, n })}</p>;
  return (
    <div role="status">
      {phase === 'working' && !more && found > 0 && (
        <Progress percent={Math.round((made / found) * 100)} aria-label={t('makeUp.progress')} />
      )}
      <p>{t(phase === 'working' ? 'makeUp.working' : 'makeUp.done', { count: made, n: f.count(made), of: n })}</p>
      {phase === 'done' && (
        <p className="quiet">
          {t('makeUp.now')} <Waiting endpoint={endpoint} />
        </p>
      )}
    </div>
  );
}
