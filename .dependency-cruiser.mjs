/**
 * Who imports whom. This list is the house plan (docs/explanation/architecture.md); test/architecture proves that it
 * catches each kind of violation.
 *
 * Every lib may import platform and canonical; besides, only what stands here.
 */
const MAY_IMPORT = {
  platform: [],
  canonical: [],
  'connector-kit': ['canonical'],
  connectors: ['connector-kit', 'canonical'],
  systems: ['platform', 'canonical', 'connector-kit'],
  clients: ['platform', 'canonical'],
  identity: ['platform', 'canonical', 'clients'],
  ingest: ['platform', 'canonical', 'systems', 'identity', 'clients', 'connector-kit'],
  segments: ['platform', 'canonical', 'clients'],
  effects: ['platform', 'canonical', 'systems', 'clients', 'connector-kit'],
  campaigns: ['platform', 'canonical', 'segments', 'effects', 'clients'],
  webhooks: ['platform', 'canonical'],
  access: ['platform', 'canonical'],
  insight: [
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
  ],
};

const libRules = Object.entries(MAY_IMPORT).map(([lib, allowed]) => ({
  name: `lib-${lib}`,
  comment: `libs/${lib} may import ${allowed.length > 0 ? allowed.join(', ') : 'nothing of ours'}`,
  severity: 'error',
  from: { path: `^libs/${lib}/` },
  to: { path: '^(libs|apps|config|test|scripts)/', pathNot: `^libs/(${[lib, ...allowed].join('|')})/` },
}));

export default {
  forbidden: [
    ...libRules,
    {
      name: 'lib-by-its-door',
      comment: 'A lib is entered through its index.ts',
      severity: 'error',
      from: { path: '^(libs|apps|config)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/', pathNot: ['^libs/[^/]+/index\\.ts$', '^libs/connectors/', '^libs/$2/'] },
    },
    {
      name: 'connector-stands-alone',
      comment: 'A connector does not know its neighbours',
      severity: 'error',
      from: { path: '^libs/connectors/([^/]+)/' },
      to: { path: '^libs/connectors/', pathNot: '^libs/connectors/$1/' },
    },
    {
      name: 'connectors-are-found',
      comment: 'Connectors are found by folder scan; nothing imports one',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: '^libs/connectors/' },
      to: { path: '^libs/connectors/' },
    },
    {
      name: 'apps-are-apart',
      comment: 'No app imports an app',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'console-is-a-client',
      comment: 'The console knows the generated API client, and nothing else of ours',
      severity: 'error',
      from: { path: '^apps/console/' },
      to: { path: '^(libs|config)/' },
    },
    {
      name: 'simulator-is-a-stranger',
      comment: 'The simulator speaks protocols; of ours it uses only the embedded database and the settings',
      severity: 'error',
      from: { path: '^apps/simulator/' },
      to: { path: '^libs/', pathNot: '^libs/platform/' },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^(libs|apps|config)/', pathNot: ['\\.spec\\.ts$', '/testing/'] },
      to: { path: ['^test/', '\\.spec\\.ts$', '/testing/'] },
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^node:' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^dist/', 'apps/console/src/api/generated'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['hub-source', 'types', 'import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
