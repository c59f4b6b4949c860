import type { FileLayout, FileRole, ImportForm } from './import-form.ts';

const patterns: readonly { role: FileRole; pattern: RegExp }[] = [
  { role: 'validation', pattern: /(^|[^a-z])(validation|valid|val|dev)([^a-z]|$)/i },
  { role: 'test', pattern: /(^|[^a-z])(testing|test|holdout)([^a-z]|$)/i },
  { role: 'train', pattern: /(^|[^a-z])(training|train)([^a-z]|$)/i },
];

/** The split that a file's name speaks of. */
function roleByName(name: string): FileRole | undefined {
  return patterns.find(({ pattern }) => pattern.test(name))?.role;
}

/**
 * Puts dropped files where they belong: one file where it was dropped, several by the splits
 * that their names speak of, what is left in the order train, validation, test. Several files
 * at once mean a file for each split. `left` are those that found no place.
 */
export function assignFiles(
  form: Pick<ImportForm, 'layout' | 'files'>,
  dropped: readonly File[],
  at: FileRole | null,
): { layout: FileLayout; files: ImportForm['files']; left: File[] } {
  const [first] = dropped;
  if (dropped.length === 1 && first !== undefined) {
    const role =
      at ?? (form.layout === 'one' ? 'all' : (roleByName(first.name) ?? nextFree(form.files)));
    return { layout: form.layout, files: { ...form.files, [role]: first }, left: [] };
  }
  const files = { ...form.files };
  const taken = new Set<FileRole>();
  const unnamed: File[] = [];
  for (const file of dropped) {
    const role = roleByName(file.name);
    if (role === undefined || taken.has(role)) unnamed.push(file);
    else {
      files[role] = file;
      taken.add(role);
    }
  }
  const left = unnamed.filter((file) => {
    const role = (['train', 'validation', 'test'] as const).find((one) => !taken.has(one));
    if (role === undefined) return true;
    files[role] = file;
    taken.add(role);
    return false;
  });
  return { layout: 'split', files, left };
}

function nextFree(files: ImportForm['files']): FileRole {
  return (
    (['train', 'validation', 'test'] as const).find((role) => files[role] === undefined) ?? 'train'
  );
}
