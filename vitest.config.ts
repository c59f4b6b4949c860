import { defineConfig } from 'vitest/config';

const shared = {
  resolve: { conditions: ['starling-source', 'node', 'import', 'module', 'default'] },
  ssr: { resolve: { conditions: ['starling-source', 'node', 'import', 'module', 'default'] } },
};
const everywhere = ['packages/*/src/**', 'apps/*/src/**'];

export default defineConfig({
  test: {
    passWithNoTests: false,
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: everywhere.map((folder) => `${folder}/*.test.{ts,tsx}`),
          exclude: ['**/*.db.test.ts', '**/node_modules/**', '**/dist/**'],
          testTimeout: 30_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'db',
          include: everywhere.map((folder) => `${folder}/*.db.test.ts`),
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      ...['e2e', 'browser', 'chaos', 'reference'].map((name) => ({
        ...shared,
        test: {
          name,
          include: [`tests/${name}/**/*.test.ts`],
          testTimeout: 600_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          maxWorkers: 1,
        },
      })),
    ],
  },
});
