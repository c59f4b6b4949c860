export * from './embedded/start-embedded-postgres.ts';
