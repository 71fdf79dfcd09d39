/** One runner for everything that `npm test` runs; the layers follow the folders. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  // It installs other people's programs first: a script of its own.
  testPathIgnorePatterns: ['/node_modules/', '/test/mojaloop/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: {
    '^#partner-kit/testing$': '<rootDir>/libs/partner-kit/testing/index.ts',
    '^#(domain|partner-kit|partners|platform|gateway)$': '<rootDir>/libs/$1/index.ts',
    // Its ES modules import JSON without the attribute that Node asks for.
    '^libphonenumber-js/min$': '<rootDir>/node_modules/libphonenumber-js/min/index.cjs',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  setupFiles: ['<rootDir>/test/support/load-nest.ts'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  maxWorkers: 2,
  testTimeout: 120_000,
};
