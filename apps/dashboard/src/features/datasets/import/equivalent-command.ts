import { chosenFiles, type ImportForm } from './import-form.ts';

/** A word for a POSIX shell: as it is where that is safe, else in single quotes. */
export function quoteWord(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The command that imports the same files in the same way. */
export function equivalentCommand(form: ImportForm): string {
  const files = chosenFiles(form);
  const flags: [string, string][] = [];
  const [all] = files.filter(({ role }) => role === 'all');
  for (const { role, file } of files) if (role !== 'all') flags.push([`--${role}`, file.name]);
  flags.push(['--label', form.label]);
  for (const column of form.ignore) flags.push(['--ignore', column]);
  if (form.layout === 'one') {
    if (form.group !== '') flags.push(['--group', form.group]);
    const { train, validation, test } = form.shares;
    const shares = [train, validation, test].map((percent) => (percent ?? 0) / 100);
    flags.push(['--split', shares.map((share) => String(Number(share.toFixed(6)))).join('/')]);
  }
  flags.push(['--seed', String(form.seed ?? 1)]);
  const isTold = files.every(({ file }) => /\.(jsonl|ndjson)$/i.test(file.name))
    ? form.format === 'jsonl'
    : form.format === 'csv';
  if (!isTold) flags.push(['--format', form.format]);
  const words = ['npx', 'starling', 'dataset', 'add', form.name === '' ? 'NAME' : form.name];
  if (form.layout === 'one') words.push(all?.file.name ?? 'FILE');
  return [
    words.map(quoteWord).join(' '),
    ...flags.map(([flag, value]) => `  ${flag} ${quoteWord(value === '' ? 'COLUMN' : value)}`),
  ].join(' \\\n');
}
