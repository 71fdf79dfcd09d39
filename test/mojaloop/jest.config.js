import base from '../../jest.config.js';

/** Against other people's programs, which are installed first: one file after another, for they share the peers' ports. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/mojaloop'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
  testTimeout: 120_000,
};
