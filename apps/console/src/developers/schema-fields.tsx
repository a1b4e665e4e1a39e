import { useTranslation } from 'react-i18next';

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly format?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

interface Field {
  readonly path: string;
  readonly kind: string;
  readonly required: boolean;
  readonly description: string;
}

/** The fields of a message, flat, as its JSON Schema states them. */
export function SchemaFields({ schema }: { schema: Schema }) {
  const { t } = useTranslation();
  const fields = fieldsOf(schema, '');
  return (
    <div className="table-scroll" tabIndex={0} role="group" aria-label={t('events.fields')}>
      <table className="table schema-fields">
        <caption className="kicker">{t('events.fields')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('events.field')}</th>
            <th scope="col">{t('events.kind')}</th>
            <th scope="col">{t('events.always')}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field.path}>
              <th scope="row">
                <code>{field.path}</code>
              </th>
              <td>
                <code>{field.kind}</code> <span className="quiet">{field.description}</span>
              </td>
              <td>{t(field.required ? 'events.yes' : 'events.maybe')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function fieldsOf({ properties = {}, required = [] }: Schema, before: string): Field[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = before + name;
    const field = {
      path,
      kind: schema.const === undefined ? (schema.format ?? schema.type ?? '') : JSON.stringify(schema.const),
      required: required.includes(name),
      description: schema.description ?? '',
    };
    return [field, ...fieldsOf(schema, `${path}.`)];
  });
}
