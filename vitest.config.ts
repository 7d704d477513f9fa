import { defineConfig } from 'vitest/config';

/** Folders under test/ whose files need servers or whole processes: one file at a time. */
const STACK_FOLDERS = [
  'activities',
  'api',
  'browser',
  'cli',
  'db',
  'docker',
  'e2e',
  'faults',
  'scripts',
  'stack',
  'worker',
  'workflows',
];
const STACK_FILES = STACK_FOLDERS.map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          testTimeout: 60_000,
          include: ['test/**/*.test.ts'],
          exclude: STACK_FILES,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'stack',
          include: STACK_FILES,
          globalSetup: ['test/support/global-setup.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          // The first hook of a machine that has no Temporal yet may have to wait for its build.
          hookTimeout: 360_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
