export * from './app-error.ts';
export * from './from-zod.ts';
export * from './near-miss.ts';
