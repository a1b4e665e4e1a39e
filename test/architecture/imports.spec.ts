import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const depcruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
const made: string[] = [];

/** Names of the rules that a tree of files violates. */
async function violations(files: Record<string, string>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'imports-'));
  made.push(folder);
  for (const name of ['package.json', 'tsconfig.json', '.dependency-cruiser.mjs'])
    await cp(join(root, name), join(folder, name));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const libs = [
    'platform',
    'canonical',
    'connector-kit',
    'systems',
    'ingest',
    'identity',
    'clients',
    'segments',
    'effects',
    'campaigns',
    'webhooks',
    'access',
    'insight',
  ];
  const all = { ...Object.fromEntries(libs.map((l) => [`libs/${l}/index.ts`, 'export const here = 1;\n'])), ...files };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const args = [depcruise, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'libs', 'apps'];
  await mkdir(join(folder, 'apps'), { recursive: true });
  const { stdout } = await run(process.execPath, args, { cwd: folder, maxBuffer: 64e6 }).catch(
    (e: { stdout: string }) => e,
  );
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } };
  return [...new Set(summary.violations.map((v) => v.rule.name))].toSorted();
}

afterAll(async () => {
  for (const folder of made) await rm(folder, { recursive: true, force: true });
});

describe('the import rules', () => {
  it('hold for the product', async () => {
    const { stdout } = await run(
      process.execPath,
      [depcruise, '--config', '.dependency-cruiser.mjs', 'apps', 'libs', 'config'],
      { cwd: root },
    );
    expect(stdout).toContain('no dependency violations found');
  });

  it.each<[rule: string, files: Record<string, string>]>([
    ['lib-platform', { 'libs/platform/a.ts': "import '#canonical';" }],
    ['lib-canonical', { 'libs/canonical/a.ts': "import '#platform';" }],
    ['lib-connector-kit', { 'libs/connector-kit/a.ts': "import '#platform';" }],
    ['lib-connectors', { 'libs/connectors/x/connector.ts': "import '#clients';" }],
    ['lib-systems', { 'libs/systems/a.ts': "import '#ingest';" }],
    ['lib-clients', { 'libs/clients/a.ts': "import '#identity';" }],
    ['lib-identity', { 'libs/identity/a.ts': "import '#ingest';" }],
    ['lib-ingest', { 'libs/ingest/a.ts': "import '#effects';" }],
    ['lib-segments', { 'libs/segments/a.ts': "import '#campaigns';" }],
    ['lib-effects', { 'libs/effects/a.ts': "import '#campaigns';" }],
    ['lib-campaigns', { 'libs/campaigns/a.ts': "import '#systems';" }],
    ['lib-webhooks', { 'libs/webhooks/a.ts': "import '#clients';" }],
    ['lib-access', { 'libs/access/a.ts': "import '#clients';" }],
    ['lib-insight', { 'libs/insight/a.ts': "import '../../apps/hub/src/a.js';", 'apps/hub/src/a.ts': 'export {};' }],
    [
      'lib-by-its-door',
      { 'libs/segments/a.ts': "import '../clients/inside.js';", 'libs/clients/inside.ts': 'export {};' },
    ],
    [
      'lib-by-its-door',
      { 'apps/hub/src/a.ts': "import '../../../libs/clients/inside.js';", 'libs/clients/inside.ts': 'export {};' },
    ],
    [
      'connector-stands-alone',
      {
        'libs/connectors/x/connector.ts': "import '../y/connector.js';",
        'libs/connectors/y/connector.ts': 'export {};',
      },
    ],
    [
      'connectors-are-found',
      {
        'apps/hub/src/a.ts': "import '../../../libs/connectors/x/connector.js';",
        'libs/connectors/x/connector.ts': 'export {};',
      },
    ],
    ['apps-are-apart', { 'apps/hub/src/a.ts': "import '../../agent/src/b.js';", 'apps/agent/src/b.ts': 'export {};' }],
    ['console-is-a-client', { 'apps/console/src/a.ts': "import '#canonical';" }],
    ['simulator-is-a-stranger', { 'apps/simulator/src/a.ts': "import '#clients';" }],
    [
      'no-tests-in-the-product',
      { 'libs/clients/a.ts': "import './a.spec.js';", 'libs/clients/a.spec.ts': 'export {};' },
    ],
    [
      'no-cycle',
      {
        'libs/clients/a.ts': "import './b.js';",
        'libs/clients/b.ts': "import './c.js';",
        'libs/clients/c.ts': "import './a.js';",
      },
    ],
    ['resolvable', { 'libs/clients/a.ts': "import 'not-installed';" }],
  ])('catch a violation of %s', async (rule, files) => {
    expect(await violations(files)).toEqual([rule]);
  });

  it('let pass what the plan allows', async () => {
    expect(
      await violations({
        'libs/ingest/a.ts':
          "import '#systems';\nimport '#identity';\nimport '#clients';\nimport '#connector-kit';\nimport './b.js';",
        'libs/ingest/b.ts': 'export {};',
        'libs/connectors/x/connector.ts': "import '#connector-kit';\nimport '#canonical';",
        'apps/hub/src/a.ts': "import '#campaigns';",
      }),
    ).toEqual([]);
  });
});
