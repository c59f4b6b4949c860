export * from './importing/import-dataset.ts';
export type { StoredDataset } from './stored/dataset-writer.ts';
export * from './stored/open-dataset.ts';
export * from './stored/splits.ts';
