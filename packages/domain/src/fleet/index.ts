export * from './worker-summary.ts';
