import { useTranslation } from 'react-i18next';
import { useFormats } from '../format/formats.js';
import type { Connection } from '../live/loop-stream.js';

/** Whether the page is live, and of when its picture is. Only a change of the connection is read out. */
export function ConnectionSign({ connection, asOf }: { connection: Connection; asOf: string | undefined }) {
  const { t } = useTranslation();
  const f = useFormats();
  const state = connection === 'live' || connection === 'connecting' ? connection : 'reconnecting';
  return (
    <span className={`sign sign-${state}`}>
      <span role="status">{t(`live.${state}`)}</span>
      {asOf && (
        <time dateTime={asOf} title={t('live.asOf', { time: f.clock(asOf) })}>
          {f.clock(asOf)}
        </time>
      )}
    </span>
  );
}
