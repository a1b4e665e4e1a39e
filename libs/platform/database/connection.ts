import pg from 'pg';

/** Where PostgreSQL is. */
export interface PostgresConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly ssl?: boolean;
}

const INT8 = 20;
const INT8_ARRAY = 1016;
const DATE = 1082;

/** How column types come back, set per connection so that other users of `pg` in the process keep their own. */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8) return Number;
    // Ours are of one dimension and without nulls; the general parser is ten times slower.
    if (oid === INT8_ARRAY) return (text: string) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number));
    if (oid === DATE) return (text: string) => text;
    return pg.types.getTypeParser(oid, format);
  }) as pg.CustomTypesConfig['getTypeParser'],
};

/** Reads `postgres://user:password@host:port/database?sslmode=require`. */
export function parsePostgresUrl(url: string): PostgresConnection {
  const u = new URL(url);
  return {
    host: u.hostname,
    port: Number(u.port || 5432),
    user: decodeURIComponent(u.username),
    password: decodeURIComponent(u.password),
    database: decodeURIComponent(u.pathname.slice(1)),
    ...(u.searchParams.get('sslmode') === 'require' ? { ssl: true } : {}),
  };
}
