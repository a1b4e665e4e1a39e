import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../session/session.js';
import { CodeBlock } from './code-block.js';
import { SchemaFields } from './schema-fields.js';
import { SendSample } from './send-sample.js';
import type { SaidType } from './use-event-types.js';

/** One type of event: what it says, its fields, an example, the schema, and a way to send it somewhere. */
export function EventTypeView({ type }: { type: SaidType }) {
  const { t } = useTranslation();
  const mayWrite = useSignedIn().scopes.includes('write');
  return (
    <article className="panel event-type">
      <header>
        <h2>
          <code>{type.type}</code>
        </h2>
        <p>{type.says}</p>
        <p className="quiet">
          {t('events.version', { n: type.version })} · <code>{type.schemaName}</code>
          {type.operational && <> · {t('events.operational')}</>}
        </p>
      </header>
      {mayWrite && <SendSample type={type.type} />}
      <div className="side-by-side-code">
        <CodeBlock label={t('events.example')} text={JSON.stringify(type.sample, null, 2)} />
        <CodeBlock label={t('events.schema')} text={JSON.stringify(type.schema, null, 2)} />
      </div>
      <SchemaFields schema={type.schema} />
    </article>
  );
}
