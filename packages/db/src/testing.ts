export * from './testing/test-database.ts';
export { setup, startTestServer, type TestServer } from './testing/test-server.ts';
