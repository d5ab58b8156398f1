/** One place for the runner's settings. `*.test.ts` needs nothing but Node; suites that need a real server say so in their name. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.dist-', '<rootDir>/.cache/'],
  setupFilesAfterEnv: ['<rootDir>/test/support/dice.ts'],
  globalSetup: '<rootDir>/test/support/build.ts',
  // Many suites wait for services and databases of their own. What modules leave behind is dropped with their worker.
  maxWorkers: 2,
  workerIdleMemoryLimit: '1500MB',
  // A limit for what hangs, not a measure: a busy machine is slow and right.
  testTimeout: 120_000,
};
