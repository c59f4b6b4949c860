export * from './stored/open-dataset.ts';
export * from './stored/splits.ts';
