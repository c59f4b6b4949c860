export {
  createEmptyDatabase,
  createTestDatabase,
  startTestServer,
  type TestDatabase,
  type TestServer,
} from '@starling/db/testing';
export * from './build-dataset.ts';
export * from './build-id.ts';
export * from './build-sweep-spec.ts';
export * from './build-trial.ts';
export * from './build-worker-hello.ts';
export * from './fake-clock.ts';
export * from './seed-sweep.ts';
