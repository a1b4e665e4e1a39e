import { type DynamicModule, Module } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type MigrationInterface } from 'typeorm';
import { Database } from './database.js';
import { type PostgresConnection, typeParsers } from './connection.js';

export interface DatabaseOptions {
  readonly connection: PostgresConnection;
  /** Connections of this process's pool. */
  readonly poolSize: number;
  /** Run the migrations at start; one process does it, others wait for its lock. */
  readonly migrations: (new () => MigrationInterface)[];
  readonly applicationName: string;
}

/** TypeORM's options for our kind of connection; the migration command line uses the same. */
export function dataSourceOptions(o: DatabaseOptions) {
  return {
    type: 'postgres' as const,
    host: o.connection.host,
    port: o.connection.port,
    username: o.connection.user,
    password: o.connection.password,
    database: o.connection.database,
    ssl: o.connection.ssl ?? false,
    poolSize: o.poolSize,
    applicationName: o.applicationName,
    migrations: o.migrations,
    migrationsTransactionMode: 'each' as const,
    extra: {
      types: typeParsers,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      // A transaction that its client forgot must not hold back vacuum for long.
      options: '-c idle_in_transaction_session_timeout=120000',
    },
  };
}

@Module({})
export class DatabaseModule {
  /** Global, because every lib that stores anything needs it. Migrations are run by `migrate`, before Nest starts. */
  static with(options: DatabaseOptions): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      imports: [
        TypeOrmModule.forRoot({
          ...dataSourceOptions(options),
          autoLoadEntities: true,
          retryAttempts: 60,
          retryDelay: 500,
        }),
      ],
      providers: [
        { provide: Database, inject: [getDataSourceToken()], useFactory: (s: DataSource) => new Database(s) },
      ],
      exports: [Database],
    };
  }
}

const MIGRATION_LOCK = 7_402_113;

/** Brings the schema up to date. Safe to call from several processes at once: an advisory lock lets one do it. */
export async function migrate(options: DatabaseOptions): Promise<void> {
  const source = await new DataSource({ ...dataSourceOptions(options), poolSize: 2 }).initialize();
  const runner = source.createQueryRunner();
  try {
    await runner.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await source.runMigrations();
  } finally {
    await runner.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => {});
    await runner.release();
    await source.destroy();
  }
}
