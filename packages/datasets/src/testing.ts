export * from './testing/convert-sequences.ts';
export * from './testing/scratch-directory.ts';
