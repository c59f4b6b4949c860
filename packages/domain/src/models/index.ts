export * from './model-version.ts';
