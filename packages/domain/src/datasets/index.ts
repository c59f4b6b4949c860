export * from './dataset-summary.ts';
export * from './import-options.ts';
