import { useTranslation } from 'react-i18next';
import type { StatedField } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { useFieldValue } from './field-words.js';
import { shortMask } from './masked.js';
import { useSystemName } from './system-names.js';

interface Props {
  readonly client: string;
  readonly field: string;
  readonly stated: StatedField;
  /** What let it win, or put it behind the winner. */
  readonly why: string;
  readonly won?: boolean;
  /** Whether the raw record may be read. */
  readonly mayRead: boolean;
}

/** What one record states for a field, when, and why it won or lost. */
export function StatedLine({ client, field, stated: s, why, won = false, mayRead }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  const systemName = useSystemName();
  const word = useFieldValue();
  return (
    <li className={won ? 'won' : 'lost'}>
      <p>
        <span className="why-value">{word(field, s.value)}</span> <span className="why-by">{why}</span>
      </p>
      <p className="fields-from">
        {systemName(s.system)} · {s.stream} <code>{shortMask(s.key)}</code> ·{' '}
        <time dateTime={s.version}>{f.moment(s.version)}</time>
        {mayRead && (
          <>
            {' · '}
            <a
              href={`/api/v1/clients/${client}/records/${s.record}/raw`}
              title={t('client.recordOf', { record: String(s.record), mapping: s.mapping })}
              download={`record-${s.record}.json`}
            >
              {t('why.raw')}
            </a>
          </>
        )}
      </p>
    </li>
  );
}
