import { Injectable } from '@nestjs/common';
import { ExpressionError } from '#canonical';
import { Database, defineErrors, fieldErrors, platformErrors, type Tx } from '#platform';
import { MappingFault } from './coerce.js';
import { compileMapping, type CompiledMapping } from './compile.js';
import { type MappingSource, mappingSpec } from './mapping-spec.js';

export const mappingErrors = defineErrors({
  MAPPING_INVALID: {
    status: 400,
    en: 'The mapping of the stream "{stream}" is not valid. Mend the fields that are named.',
    zh: '数据流 "{stream}" 的映射无效，请修正所列字段。',
  },
});

export interface ActiveMapping {
  readonly version: number;
  readonly run: CompiledMapping;
}

/** Mappings by system and stream; each change is a new version, and one version is active. */
@Injectable()
export class MappingsService {
  private readonly compiled = new Map<string, ActiveMapping>();

  constructor(private readonly db: Database) {}

  /** Stores a new version and makes it the active one. @throws MAPPING_INVALID naming each field. */
  async activate(tx: Tx, systemId: number, stream: string, source: MappingSource, actor: string): Promise<number> {
    const parsed = mappingSpec.safeParse(source);
    if (!parsed.success)
      throw mappingErrors.MAPPING_INVALID({ stream }, { errors: fieldErrors(parsed.error.issues, source) });
    try {
      compileMapping(parsed.data);
    } catch (e) {
      if (!(e instanceof ExpressionError || e instanceof MappingFault)) throw e;
      throw mappingErrors.MAPPING_INVALID(
        { stream },
        { errors: [{ pointer: '', detail: e instanceof ExpressionError ? e.words : e.message }] },
      );
    }
    await tx.query("update mapping set state = 'retired' where system_id = $1 and stream = $2 and state = 'active'", [
      systemId,
      stream,
    ]);
    const [row] = await tx.query<{ version: number }>(
      `insert into mapping (system_id, stream, version, spec, state, created_by)
       select $1, $2, coalesce(max(version), 0) + 1, $3::jsonb, 'active', $4 from mapping where system_id = $1 and stream = $2
       returning version`,
      [systemId, stream, JSON.stringify(source), actor],
    );
    return row!.version;
  }

  /** The active mappings, read inside the transaction that uses them; compiled once per version. */
  async active(tx: Tx): Promise<Map<string, ActiveMapping>> {
    const rows = await tx.query<{ system_id: number; stream: string; version: number }>({
      name: 'mapping.active',
      text: "select system_id, stream, version from mapping where state = 'active'",
    });
    const active = new Map<string, ActiveMapping>();
    for (const { system_id, stream, version } of rows) {
      const name = mappingName(system_id, stream);
      const known = this.compiled.get(name);
      active.set(name, known?.version === version ? known : await this.compile(tx, system_id, stream, version));
    }
    return active;
  }

  async list(systemId: number) {
    return this.db.query<{
      stream: string;
      version: number;
      state: string;
      spec: MappingSource;
      created_by: string;
      created_at: Date;
    }>(
      'select stream, version, state, spec, created_by, created_at from mapping where system_id = $1 order by stream, version desc',
      [systemId],
    );
  }

  private async compile(tx: Tx, systemId: number, stream: string, version: number): Promise<ActiveMapping> {
    const [row] = await tx.query<{ spec: unknown }>(
      'select spec from mapping where system_id = $1 and stream = $2 and version = $3',
      [systemId, stream, version],
    );
    if (!row) throw platformErrors.NOT_FOUND({ what: 'mapping', id: stream });
    const compiled = { version, run: compileMapping(mappingSpec.parse(row.spec)) };
    this.compiled.set(mappingName(systemId, stream), compiled);
    return compiled;
  }
}

export function mappingName(systemId: number, stream: string): string {
  return `${systemId} ${stream}`;
}
