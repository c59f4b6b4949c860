import type { ImportOptions, ImportProgress } from '@starling/domain';
import type { TextFile } from '../text/read-blocks.ts';
import type { FileRole } from './plan-rows.ts';
import { datasetError, showText } from './problem-list.ts';

export interface ImportSource extends TextFile {
  readonly role: FileRole;
}

/** What every step of one import needs. */
export interface ImportContext {
  readonly options: ImportOptions;
  /** In the order train, validation, test; or the one file that holds all. */
  readonly sources: readonly ImportSource[];
  /** For drafts and spools; removed at the end, whatever happens. */
  readonly workDirectory: string;
  readonly outputDirectory: string;
  readonly signal: AbortSignal | undefined;
  /** Counts bytes read from the sources. */
  readonly addBytesRead: (bytes: number) => void;
  readonly report: (stage: ImportProgress['stage'], rows: number) => void;
}

/** More distinct labels than this are no classes. */
export const CLASS_LIMIT = 10_000;

/** The error for a label column that holds more than classes. */
export function tooManyClasses(field: string, example: string): Error {
  return datasetError({
    field,
    message: `the label has more than ${CLASS_LIMIT} different values, so it names no classes`,
    value: showText(example),
    fix: 'choose a column with a few classes as the label',
  });
}
