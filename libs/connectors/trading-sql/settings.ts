import { FIRM_ZONE, isZone } from '#canonical';
import { z } from 'zod';

const name = z
  .string()
  .max(128)
  .regex(/^[\p{L}_][\p{L}\p{N}_$]*$/u, 'a name of letters, digits and _');
const tableName = z
  .string()
  .max(260)
  .regex(/^[\p{L}_][\p{L}\p{N}_$]*(\.[\p{L}_][\p{L}\p{N}_$]*)?$/u, 'a table is written table or schema.table');

/** One table of the counter as a stream of the hub. */
export const streamDefinition = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/)
    .meta({ title: 'Stream', description: 'Name of the stream; mappings are made for it.' }),
  table: tableName.meta({ title: 'Table', description: 'Table or view, with its schema when it is another.' }),
  key: z.array(name).min(1).max(6).meta({ title: 'Key', description: 'Columns that name a row.' }),
  cursor: z.strictObject({
    by: z.enum(['sequence', 'time']).meta({
      description: '`sequence`: a number that grows with every row. `time`: when the row was changed last.',
    }),
    column: name,
  }),
  appendOnly: z.boolean().default(false).meta({
    title: 'Append-only',
    description: 'Rows are never changed: one row is one event.',
  }),
  columns: z.array(name).min(1).max(200).optional().meta({
    title: 'Columns',
    description: 'Columns to read. Without it, all of them.',
  }),
  occurredAt: name.optional().meta({
    title: 'Time column',
    description: 'When it happened. Without it, the cursor where that is a time.',
  }),
});
export type StreamDefinition = z.output<typeof streamDefinition>;

export const settings = z.strictObject({
  driver: z.enum(['postgres', 'mariadb']).meta({ title: 'Database', description: 'PostgreSQL 13+ or MariaDB 10.5+.' }),
  host: z.string().min(1).max(253).meta({ title: 'Host' }),
  port: z.int().min(1).max(65535).meta({ title: 'Port' }),
  database: z.string().min(1).max(128).meta({ title: 'Database name' }),
  user: z.string().min(1).max(128).meta({ title: 'User', description: 'A user that may only do what is needed here.' }),
  password: z.string().max(500).default('').meta({ title: 'Password', secret: true }),
  timeZone: z.string().refine(isZone, 'there is no such time zone').default(FIRM_ZONE).meta({
    title: 'Time zone',
    description: 'Zone of the times that the counter keeps without one.',
  }),
  ssl: z.enum(['off', 'require']).default('off').meta({
    title: 'TLS',
    description: '`require` encrypts, and refuses a certificate that is not trusted here.',
  }),
  pollMs: z.int().min(100).max(3_600_000).default(1000).meta({
    title: 'Poll interval',
    description: 'Pause between two looks at a table, milliseconds.',
  }),
  overlapSeconds: z.int().min(1).max(3600).default(30).meta({
    title: 'Overlap',
    description:
      'How far back a look reaches for rows that were committed late: longer than the longest transaction of the counter and the difference of its clocks, seconds.',
  }),
  streams: z
    .array(streamDefinition)
    .min(1)
    .max(100)
    .refine((s) => new Set(s.map((d) => d.name)).size === s.length, 'two streams have the same name')
    .optional()
    .meta({ title: 'Streams', description: 'Tables to read. Without it, the seven of the standard counter.' }),
});

export type TradingSettings = z.output<typeof settings>;
