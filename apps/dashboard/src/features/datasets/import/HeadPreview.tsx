import { clsx } from 'clsx';
import type { ImportForm } from './import-form.ts';
import type { FileHead } from './read-file-head.ts';

const ROWS = 3;
const COLUMNS = 8;

const parts = ['label', 'group', 'left out', 'feature', 'not used'] as const;
type Part = (typeof parts)[number];

/** The first rows as they were read, with what each column will be. */
export function HeadPreview({ head, form }: { head: FileHead; form: ImportForm }) {
  const partOf = (column: string): Part => {
    if (column === form.label) return 'label';
    if (form.layout === 'one' && column === form.group) return 'group';
    if (form.ignore.includes(column)) return 'left out';
    // Beside the sequence, other keys are free.
    return form.format === 'csv' ? 'feature' : 'not used';
  };
  // Columns with a part come in sight first: a label at the end of 179 columns would not.
  const order = head.columns
    .map((name, index) => ({ name, index, part: partOf(name) }))
    .sort((a, b) => parts.indexOf(a.part) - parts.indexOf(b.part) || a.index - b.index);
  const shown = order.slice(0, COLUMNS);
  const more = order.length - shown.length;
  // Rows of a file have no name but their place.
  const rows = head.rows.slice(0, ROWS).map((row, place) => ({ place, row }));
  return (
    <div className="overflow-x-auto rounded-md border border-line">
      <table className="w-full border-collapse text-xs">
        <caption className="sr-only">First rows of the file</caption>
        <thead>
          <tr>
            {shown.map(({ name, index, part }) => (
              <th
                key={index}
                scope="col"
                className={clsx(
                  'max-w-32 border-b border-line px-2.5 py-1.5 text-left font-medium whitespace-nowrap',
                  part === 'label' ? 'bg-accent-soft text-accent-strong' : 'bg-sunken text-ink-2',
                  part === 'left out' && 'text-ink-3',
                )}
              >
                <span className={clsx('block truncate', part === 'left out' && 'line-through')}>
                  {name}
                </span>
                <span className="block text-2xs font-normal text-ink-3">{part}</span>
              </th>
            ))}
            {more > 0 && (
              <th
                scope="col"
                className="border-b border-line bg-sunken px-2.5 py-1.5 text-left font-normal whitespace-nowrap text-ink-3"
              >
                {more} more
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ place, row }) => (
            <tr key={place} className="border-b border-line last:border-b-0">
              {shown.map(({ index, part }) => (
                <td
                  key={index}
                  className={clsx(
                    'max-w-32 truncate px-2.5 py-1 font-mono',
                    part === 'label' && 'bg-accent-soft/50 font-medium',
                    part === 'left out' ? 'text-ink-3' : 'text-ink',
                  )}
                >
                  {row[index] ?? ''}
                </td>
              ))}
              {more > 0 && <td className="px-2.5 py-1 text-ink-3">…</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
