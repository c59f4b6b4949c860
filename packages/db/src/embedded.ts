export { findBinaries } from './embedded/binaries.ts';
export * from './embedded/start-embedded-postgres.ts';
