import { ConfigError, TransientError } from '#connector-kit';

/** What a failure of the database means, and who must act. */
export interface Fault {
  readonly status: 'misconfigured' | 'unreachable' | 'denied';
  readonly detail: string;
  readonly nextStep: string;
}

type Rule = Omit<Fault, 'detail'>;

const denied = (nextStep: string): Rule => ({ status: 'denied', nextStep });
const misconfigured = (nextStep: string): Rule => ({ status: 'misconfigured', nextStep });

const CREDENTIALS = denied('Check the user and the password.');
const DATABASE = misconfigured('Check the name of the database.');
const RIGHTS = denied('Grant the user what the README of this connector lists.');
const SHAPE = misconfigured('Check the tables and columns in the setting "streams".');
const TLS = misconfigured('Check the setting "ssl", and the certificate of the server.');

/** SQLSTATE of PostgreSQL and error names of MariaDB, as far as an operator can mend them. */
const RULES: Readonly<Record<string, Rule>> = {
  '28P01': CREDENTIALS,
  '28000': denied('Check the user, the password, and who may connect (pg_hba.conf).'),
  ER_ACCESS_DENIED_ERROR: CREDENTIALS,
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: CREDENTIALS,
  ER_HOST_NOT_PRIVILEGED: denied('Let this machine connect.'),
  '3D000': DATABASE,
  ER_BAD_DB_ERROR: DATABASE,
  '42501': RIGHTS,
  ER_DBACCESS_DENIED_ERROR: denied('Check the name of the database, and grant the user what the README lists.'),
  ER_TABLEACCESS_DENIED_ERROR: RIGHTS,
  ER_COLUMNACCESS_DENIED_ERROR: RIGHTS,
  '42P01': SHAPE,
  '42703': SHAPE,
  ER_NO_SUCH_TABLE: SHAPE,
  ER_BAD_FIELD_ERROR: SHAPE,
  HANDSHAKE_NO_SSL_SUPPORT: TLS,
  HANDSHAKE_SSL_ERROR: TLS,
  DEPTH_ZERO_SELF_SIGNED_CERT: TLS,
  SELF_SIGNED_CERT_IN_CHAIN: TLS,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: TLS,
  ERR_TLS_CERT_ALTNAME_INVALID: TLS,
  CERT_HAS_EXPIRED: TLS,
  EGRESS_REFUSED: misconfigured('Check the host; add its subnet to ISTHMUS_EGRESS_ALLOW if it is one of yours.'),
};

/** Cancelled by the server's own time limit. */
const TOO_SLOW = new Set(['57014', 'ER_STATEMENT_TIMEOUT']);

/** Classes an error of a driver. Its text names the server's words, and never a value of a row. */
export function faultOf(e: unknown): Fault {
  const words = e instanceof Error ? e.message : String(e);
  const code = (e as { code?: unknown } | null)?.code;
  const rule = typeof code === 'string' ? RULES[code] : undefined;
  if (rule) return { ...rule, detail: words };
  if (words.includes('does not support SSL connections')) return { ...TLS, detail: words };
  if (typeof code === 'string' && TOO_SLOW.has(code))
    return {
      status: 'unreachable',
      detail: `the counter cancelled a query that took too long (${words})`,
      nextStep: 'Give the table an index on its cursor column.',
    };
  return { status: 'unreachable', detail: words || 'the connection failed', nextStep: 'Check host, port and network.' };
}

/** The error that the runtime understands; ours pass unchanged. */
export function connectorError(e: unknown): ConfigError | TransientError {
  if (e instanceof ConfigError || e instanceof TransientError) return e;
  const fault = faultOf(e);
  const text = `the counter: ${fault.detail}`;
  return fault.status === 'unreachable'
    ? new TransientError(text, undefined, { cause: e })
    : new ConfigError(text, fault.nextStep, { cause: e });
}
