import {
  type ImportOptionsInput,
  importOptionsSchema,
  maximumUploadBytes,
  type Problem,
  problemsOf,
  type SplitName,
} from '@starling/domain';
import { formatBytes } from '../../../ui/format.ts';
import type { FileHead, TextFormat } from './read-file-head.ts';
import {
  suggestIgnored,
  suggestLabel,
  suggestName,
  suggestNameOfSplits,
} from './suggest-columns.ts';

/** Which rows a file holds. */
export type FileRole = 'all' | SplitName;

/** one: a file that is split here. split: a file for each side. */
export type FileLayout = 'one' | 'split';

/** What is typed by hand stays, whatever another file suggests. */
type Typed = 'name' | 'label' | 'ignore' | 'format';

export interface ImportForm {
  layout: FileLayout;
  files: Partial<Record<FileRole, File>>;
  heads: Partial<Record<FileRole, FileHead>>;
  format: TextFormat;
  name: string;
  label: string;
  ignore: readonly string[];
  /** Empty: none. */
  group: string;
  /** Percent; null where what is typed is no number. */
  shares: Record<'train' | 'validation' | 'test', number | null>;
  seed: number | null;
  typed: readonly Typed[];
}

export const emptyForm: ImportForm = {
  layout: 'one',
  files: {},
  heads: {},
  format: 'csv',
  name: '',
  label: '',
  ignore: [],
  group: '',
  shares: { train: 80, validation: 10, test: 10 },
  seed: 1,
  typed: [],
};

export function rolesOf(layout: FileLayout): readonly FileRole[] {
  return layout === 'one' ? ['all'] : ['train', 'validation', 'test'];
}

/** Files that an import would take now, in order. */
export function chosenFiles(form: ImportForm): { role: FileRole; file: File }[] {
  return rolesOf(form.layout).flatMap((role) => {
    const file = form.files[role];
    return file === undefined ? [] : [{ role, file }];
  });
}

/** The head that columns are chosen by: the first file's. */
export function leadingHead(form: ImportForm): FileHead | undefined {
  const [first] = chosenFiles(form);
  return first === undefined ? undefined : form.heads[first.role];
}

/** The form after a change by hand; what was typed is remembered as such. */
export function typeInto<Key extends Typed>(
  form: ImportForm,
  key: Key,
  value: ImportForm[Key],
): ImportForm {
  return { ...form, [key]: value, typed: [...new Set([...form.typed, key])] };
}

/** The form with what its first file suggests, where nothing was typed. */
export function withSuggestions(form: ImportForm): ImportForm {
  const [first] = chosenFiles(form);
  if (first === undefined) return form;
  const head = form.heads[first.role];
  const next = { ...form };
  if (!form.typed.includes('name')) {
    next.name =
      form.layout === 'one' ? suggestName(first.file.name) : suggestNameOfSplits(first.file.name);
  }
  if (head === undefined) return next;
  if (!form.typed.includes('format')) next.format = head.format;
  const isKnown = (column: string): boolean => head.columns.includes(column);
  const hasColumns = head.columns.length > 0;
  if (!form.typed.includes('label') || (hasColumns && !isKnown(form.label))) {
    next.label = hasColumns ? suggestLabel(head) : form.label;
  }
  if (hasColumns && !isKnown(next.group)) next.group = '';
  if (form.typed.includes('ignore')) {
    next.ignore = hasColumns ? form.ignore.filter(isKnown) : form.ignore;
  } else next.ignore = suggestIgnored(head, next.label, next.group);
  return next;
}

/** The form with other files; heads of files that left go with them. */
export function withFiles(form: ImportForm, files: ImportForm['files']): ImportForm {
  const heads = Object.fromEntries(
    Object.entries(form.heads).filter(
      ([role]) => files[role as FileRole] === form.files[role as FileRole],
    ),
  );
  return withSuggestions({ ...form, files, heads });
}

/** Why a file cannot be taken at all; null where it can. */
export function refuseFile(file: Pick<File, 'size'>): string | null {
  if (file.size === 0) return 'This file is empty.';
  if (file.size <= maximumUploadBytes) return null;
  return `This file has ${formatBytes(file.size)}; the most is ${formatBytes(maximumUploadBytes)}. Split it, or leave columns out before you upload it.`;
}

/** What the coordinator gets; `uploads` are the names under which the files are staged. */
export function toImportOptions(
  form: ImportForm,
  uploads: Partial<Record<FileRole, string>>,
): ImportOptionsInput {
  const { train = '', validation = '', test, all = '' } = uploads;
  const share = (percent: number | null): number =>
    percent === null ? Number.NaN : Math.round(percent * 1e4) / 1e6;
  return {
    name: form.name.trim(),
    format: form.format,
    files:
      form.layout === 'one'
        ? { all }
        : { train, validation, ...(test === undefined ? {} : { test }) },
    label: form.label,
    ignore: [...form.ignore],
    ...(form.layout === 'one'
      ? {
          ...(form.group === '' ? {} : { group: form.group }),
          split: {
            train: share(form.shares.train),
            validation: share(form.shares.validation),
            test: share(form.shares.test),
          },
        }
      : {}),
    seed: form.seed ?? Number.NaN,
  };
}

/** Percents in all; null while one is no number. */
export function totalPercent({ shares }: ImportForm): number | null {
  const { train, validation, test } = shares;
  if (train === null || validation === null || test === null) return null;
  return Math.round((train + validation + test) * 1e4) / 1e4;
}

const words: Record<string, string> = {
  name: 'Use 1 to 63 lower-case letters, digits, dots, dashes or underscores.',
  label: 'Choose the column that holds the classes.',
  'files.all': 'Choose a file.',
  'files.train': 'Choose a file to train on.',
  'files.validation': 'Choose a file to choose networks by.',
  seed: 'The seed is a whole number from 0 to 4,294,967,295.',
  'split.train': 'More than 0 percent, as a number.',
  'split.validation': 'More than 0 percent, as a number.',
  'split.test': '0 percent or more, as a number.',
};

/** What stands in the way of an import, before anything is sent. */
export function findProblems(form: ImportForm, takenNames: readonly string[]): Problem[] {
  const staged = Object.fromEntries(chosenFiles(form).map(({ role }) => [role, 'staged']));
  const input = toImportOptions(form, staged);
  const found = importOptionsSchema.safeParse(input);
  const problems = (found.success ? [] : problemsOf(found.error, input)).flatMap(
    (problem): Problem[] => {
      if (problem.field.startsWith('files')) return [];
      if (problem.field === 'split') {
        const total = totalPercent(form);
        const message = `Shares add up to ${total ?? 'no number'} %, not to 100 %.`;
        return [{ field: 'split', message }];
      }
      return [{ field: problem.field, message: words[problem.field] ?? problem.message }];
    },
  );
  for (const role of rolesOf(form.layout)) {
    const file = form.files[role];
    const message =
      file !== undefined ? refuseFile(file) : role === 'test' ? null : words[`files.${role}`];
    if (message !== null && message !== undefined)
      problems.push({ field: `files.${role}`, message });
  }
  if (takenNames.includes(form.name.trim())) {
    problems.push({
      field: 'name',
      message: 'There is a data set of this name; choose another, or delete that one first.',
    });
  }
  if (form.layout === 'one' && form.group !== '' && form.group === form.label) {
    problems.push({ field: 'group', message: 'The label cannot be the group as well.' });
  }
  return problems;
}

/** The problems at one field, and at those under it. */
export function messagesAt(problems: readonly Problem[], field: string): string[] {
  return problems
    .filter((problem) => problem.field === field || problem.field.startsWith(`${field}.`))
    .map((problem) => problem.message);
}
