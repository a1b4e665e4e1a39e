import { Injectable } from '@nestjs/common';
import type { CheckResult, Connector } from '#connector-kit';
import { Database, Envelope, platformErrors, type Tx } from '#platform';
import { ConnectorCatalogue } from './connector-catalogue.js';
import {
  keepSecrets,
  refuseMovedSecrets,
  resolveSettings,
  splitSecrets,
  storeSecrets,
  type SystemSettings,
  validateSettings,
} from './settings-of-system.js';
import { Stream, System } from './system.entity.js';
import { systemErrors } from './systems.errors.js';

export interface RegisterSystem {
  readonly code: string;
  readonly name: string;
  readonly connector: string;
  readonly settings: SystemSettings;
  readonly priority?: number | undefined;
  readonly verified?: readonly string[] | undefined;
  readonly agent?: string | undefined;
  readonly owner?: string | undefined;
}

/** A system as it may be shown: secrets only say that they are set. */
export interface SystemView extends Omit<System, 'settings'> {
  readonly settings: SystemSettings;
  readonly secrets: { readonly field: string; readonly updatedBy: string; readonly updatedAt: Date }[];
}

/** The registered systems: who they are, how to reach them, how far they have been read. */
@Injectable()
export class SystemsService {
  private readonly known = new Map<string, { at: number; system: Promise<System> }>();

  constructor(
    private readonly db: Database,
    private readonly envelope: Envelope,
    private readonly catalogue: ConnectorCatalogue,
  ) {}

  /** Undefined when this build has no such connector: a system may have been registered by another. */
  findConnector(name: string): Connector<never> | undefined {
    return this.catalogue.get(name);
  }

  connectorOf(name: string): Connector<never> {
    const found = this.catalogue.get(name);
    if (!found) throw systemErrors.CONNECTOR_UNKNOWN({ connector: name, available: this.catalogue.names().join(', ') });
    return found;
  }

  /** Stores the system inside the caller's transaction (which also audits it). */
  async register(tx: Tx, r: RegisterSystem, actor: string): Promise<System> {
    const connector = this.connectorOf(r.connector);
    const settings = validateSettings(connector, r.settings);
    if (await tx.manager.existsBy(System, { code: r.code })) throw systemErrors.SYSTEM_CODE_TAKEN({ code: r.code });
    const { open, secret } = splitSecrets(connector, settings);
    refuseSecretsOnAgent(r.agent, secret);
    const repository = tx.manager.getRepository(System);
    const now = new Date();
    const system = await repository.save(
      repository.create({
        code: r.code,
        name: r.name,
        connector: r.connector,
        settings: open,
        priority: r.priority ?? 50,
        verified: [...(r.verified ?? [])],
        agent: r.agent ?? null,
        owner: r.owner ?? '',
        state: 'active',
        version: 1,
        createdAt: now,
        updatedAt: now,
      }),
    );
    await storeSecrets(tx, this.envelope, r.code, secret, actor);
    return system;
  }

  /** Changes a system; a secret that is not given keeps its value. @throws VERSION_MISMATCH. */
  async update(
    tx: Tx,
    code: string,
    version: number,
    change: {
      name?: string | undefined;
      settings?: SystemSettings | undefined;
      state?: 'active' | 'paused' | undefined;
      owner?: string | undefined;
      priority?: number | undefined;
      verified?: readonly string[] | undefined;
    },
    actor: string,
  ): Promise<System> {
    const system = await tx.manager.findOne(System, { where: { code }, lock: { mode: 'pessimistic_write' } });
    if (!system) throw platformErrors.NOT_FOUND({ what: 'system', id: code });
    if (system.version !== version)
      throw platformErrors.VERSION_MISMATCH({ what: 'system', sent: version, current: system.version });
    if (change.settings) {
      const connector = this.connectorOf(system.connector);
      // References stay references: their values are no business of the database.
      const known = resolveSettings(code, system.settings, await this.sealed(system), this.envelope, undefined);
      refuseMovedSecrets(connector, change.settings, known);
      const wanted = keepSecrets(connector, change.settings, known);
      const { open, secret } = splitSecrets(connector, validateSettings(connector, wanted));
      refuseSecretsOnAgent(system.agent ?? undefined, secret);
      system.settings = open;
      await storeSecrets(tx, this.envelope, code, secret, actor);
    }
    system.name = change.name ?? system.name;
    system.owner = change.owner ?? system.owner;
    system.state = change.state ?? system.state;
    system.priority = change.priority ?? system.priority;
    system.verified = [...(change.verified ?? system.verified)];
    system.version++;
    system.updatedAt = new Date();
    return tx.manager.save(system);
  }

  /**
   * @param staleMs how old the knowledge may be: on hot paths a change takes effect within that time, and costs no
   *   query. Those who ask while it is being read wait for the same answer.
   * @throws NOT_FOUND.
   */
  get(code: string, staleMs = 0): Promise<System> {
    const known = this.known.get(code);
    if (known && performance.now() - known.at < staleMs) return known.system;
    const reading = { at: performance.now(), system: this.read(code) };
    this.known.set(code, reading);
    reading.system.catch(() => this.known.get(code) === reading && this.known.delete(code));
    return reading.system;
  }

  private async read(code: string): Promise<System> {
    const system = await this.db.manager.findOneBy(System, { code });
    if (!system) throw platformErrors.NOT_FOUND({ what: 'system', id: code });
    return system;
  }

  list(): Promise<System[]> {
    return this.db.manager.find(System, { order: { id: 'asc' } });
  }

  streams(systemId: number): Promise<Stream[]> {
    return this.db.manager.find(Stream, { where: { systemId }, order: { name: 'asc' } });
  }

  async view(system: System): Promise<SystemView> {
    const rows = await this.db.query<{ place: string; updated_by: string; updated_at: Date }>(
      'select place, updated_by, updated_at from secret where starts_with(place, $1) order by place',
      [`system/${system.code}/`],
    );
    const secrets = rows.map((r) => ({
      field: r.place.split('/')[2]!,
      updatedBy: r.updated_by,
      updatedAt: r.updated_at,
    }));
    return { ...system, secrets };
  }

  /** Settings with their secrets, for opening the connector in this process. Never leaves it. */
  async resolved(system: System, env = process.env): Promise<SystemSettings> {
    return resolveSettings(system.code, system.settings, await this.sealed(system), this.envelope, env);
  }

  private async sealed(system: System): Promise<ReadonlyMap<string, Buffer>> {
    const rows = await this.db.query<{ place: string; sealed: Buffer }>(
      'select place, sealed from secret where starts_with(place, $1)',
      [`system/${system.code}/`],
    );
    return new Map(rows.map((r) => [r.place, r.sealed]));
  }
}

function refuseSecretsOnAgent(agent: string | undefined, secret: Record<string, string>): void {
  const field = Object.keys(secret)[0];
  if (agent !== undefined && field !== undefined) throw systemErrors.SECRET_ON_AGENT({ agent, field });
}

/** True when every capability is ok. */
export function healthy(results: readonly CheckResult[]): boolean {
  return results.every((r) => r.status === 'ok');
}
