const swc = [
  '@swc/jest',
  {
    module: { type: 'es6' },
    sourceMaps: 'inline',
    jsc: {
      target: 'es2024',
      keepClassNames: true,
      experimental: { keepImportAttributes: true },
      parser: { syntax: 'typescript', decorators: true },
      transform: {
        legacyDecorator: true,
        decoratorMetadata: true,
        useDefineForClassFields: false,
        verbatimModuleSyntax: true,
      },
    },
  },
];

const base = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  // The sources are native ES modules; Jest treats .ts as such only when told so.
  extensionsToTreatAsEsm: ['.ts'],
  // '#platform' and its like (package.json "imports") resolve to sources, not to the build.
  testEnvironmentOptions: { customExportConditions: ['hub-source', 'node', 'node-addons'] },
  // './x.js' in sources means './x.ts' before the build.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': swc },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/'],
};

/** A project whose tests need the database server, and perhaps other servers, of test/support/servers.mjs. */
const withServers = (displayName) => ({
  ...base,
  displayName,
  testMatch: [`<rootDir>/test/${displayName}/**/*.spec.ts`],
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  setupFilesAfterEnv: ['<rootDir>/test/support/timeouts.mjs'],
});

export default {
  // Two cores: more workers only make the fault tests wait for each other.
  maxWorkers: 2,
  testSequencer: '<rootDir>/test/support/slow-first.mjs',
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs,config,test/load}/**/*.spec.ts'],
      testPathIgnorePatterns: ['<rootDir>/apps/console/'],
    },
    {
      ...base,
      displayName: 'architecture',
      testMatch: ['<rootDir>/test/architecture/**/*.spec.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/support/timeouts.mjs'],
    },
    withServers('integration'),
    withServers('contract'),
    withServers('journey'),
    withServers('faults'),
  ],
};
