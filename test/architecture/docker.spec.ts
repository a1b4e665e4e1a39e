import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { hubSettings } from '#config';
import { readSettings, type Setting } from '#platform';

const root = resolve(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');

interface Service {
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  ports?: string[];
  volumes?: string[];
  tmpfs?: string[];
  read_only?: boolean;
}
const { services, volumes } = parse(read('docker/compose.yaml')) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const dockerfile = read('docker/Dockerfile').replaceAll('\\\n', ' ').split('\n');
const settings = new Map(Object.values(hubSettings).map((s: Setting) => [s.env, s]));
const given = Object.entries(services['hub']!.environment!);
const inImage = dockerfile
  .filter((line) => line.startsWith('ENV '))
  .flatMap((line) => line.slice(4).trim().split(/\s+/))
  .map((pair) => pair.split('=') as [string, string]);

/** What compose makes of `${NAME}`, `${NAME:-default}` and `${NAME:?message}`. */
function filled(text: string, env: Record<string, string>): string {
  return text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name: string, kind?: string, rest?: string) => {
    const value = env[name] ?? (kind === '-' ? rest : undefined);
    if (value === undefined) throw new Error(`${name} is not set`);
    return value;
  });
}

describe('docker/compose.yaml', () => {
  it('sets nothing that the hub does not know, and what it sets can be read', () => {
    const names = [...given, ...inImage].map(([name]) => name).filter((name) => name !== 'NODE_ENV');
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !settings.has(name))).toEqual([]);
    const env = { POSTGRES_PASSWORD: 'p', ISTHMUS_MASTER_KEYS: Buffer.alloc(32).toString('base64') };
    const values = given.map(([name, value]) => [name, filled(value, env)] as const);
    const found = readSettings(
      hubSettings,
      Object.fromEntries([...inImage, ...values].filter(([n]) => n !== 'NODE_ENV')),
    );
    expect(found).toMatchObject({ role: 'all', host: '0.0.0.0', dataDir: '/data', queueUrl: 'redis://redis:6379' });
  });

  it('starts the hub when PostgreSQL and Redis are healthy, and can tell', () => {
    for (const name of ['postgres', 'redis']) {
      expect(services['hub']!.depends_on![name]).toEqual({ condition: 'service_healthy' });
      expect(services[name]!.healthcheck!.test.length).toBeGreaterThan(1);
    }
    expect(dockerfile.some((line) => line.startsWith('HEALTHCHECK'))).toBe(true);
  });

  it('gives no secret a default, neither there nor in the image', () => {
    const secret = (name: string) => settings.get(name)?.secret === true || /PASSWORD|SECRET|TOKEN|KEY/.test(name);
    const open = Object.values(services)
      .flatMap((s) => Object.entries(s.environment ?? {}))
      .filter(([name]) => secret(name))
      .filter(
        ([, value]) =>
          /\$\{\w+:-/.test(value) || /:\/\/[^/]*:(?!\$\{)[^/@]*@/.test(value) || !/\$\{|^redis:/.test(value),
      );
    expect(open).toEqual([]);
    expect(inImage.filter(([name]) => secret(name))).toEqual([]);
    for (const name of ['POSTGRES_PASSWORD', 'ISTHMUS_MASTER_KEYS'])
      expect(read('docker/compose.yaml')).toContain(`\${${name}:?`);
  });

  it('opens the hub to this machine alone, and the stores to nobody', () => {
    expect(services['hub']!.ports!.filter((p) => !p.startsWith('127.0.0.1:'))).toEqual([]);
    expect([services['postgres']!.ports, services['redis']!.ports]).toEqual([undefined, undefined]);
  });

  it('lets the hub write where it must, and nowhere else', () => {
    const { read_only: readOnly, volumes: mounted, tmpfs } = services['hub']!;
    expect([readOnly, mounted, tmpfs]).toEqual([true, ['hub:/data'], ['/tmp']]);
    const named = Object.values(services).flatMap((s) => (s.volumes ?? []).map((v) => v.split(':')[0]!));
    expect(named.filter((v) => !Object.hasOwn(volumes, v))).toEqual([]);
  });
});

describe('docker/Dockerfile', () => {
  const copies = dockerfile
    .filter((line) => line.startsWith('COPY '))
    .map((line) => line.split(/\s+/).slice(1))
    .map((words) => ({
      from: words.includes('--from=build'),
      what: words.filter((w) => !w.startsWith('--')).slice(0, -1),
    }));

  it('copies what is there, or what the build makes', () => {
    const made = ['/app/node_modules', '/app/dist'];
    for (const { from, what } of copies)
      for (const path of what) {
        if (from && made.includes(path)) continue;
        const here = from ? path.replace(/^\/app\//, '') : path;
        expect([here, existsSync(join(root, here))]).toEqual([here, true]);
      }
    const ignored = read('.dockerignore').split('\n');
    expect(copies.flatMap((c) => c.what).filter((p) => !p.startsWith('/') && ignored.includes(p))).toEqual([]);
  });

  it('holds all that the hub reads when it runs', () => {
    const inRuntime = copies.filter((c) => c.from).flatMap((c) => c.what);
    // node_modules, the build (with the console), package.json for "imports", and the mappings that connectors ship.
    expect(inRuntime).toEqual(['/app/node_modules', '/app/dist', '/app/package.json', '/app/libs/connectors']);
    const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;
    expect(scripts['build']).toContain('build:console');
    const started = dockerfile.findLast((line) => line.startsWith('CMD '));
    expect(started).toBe('CMD ["node", "dist/apps/hub/src/main.js"]');
    expect(existsSync(join(root, 'apps/hub/src/main.ts'))).toBe(true);
  });

  it('does not run as root', () => {
    expect(dockerfile.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
  });
});
