import type { Problem } from '@starling/domain';
import { SimpleTable } from '../../../ui/SimpleTable.tsx';

/** The name of a field as the form has it: the API's own prefix says nothing to its reader. */
function placeOf({ field }: Problem): string {
  return field.replace(/^options\./, '');
}

/** What is wrong and where, a row each; a list where there is no room for a table. */
export function ProblemTable({ problems }: { problems: readonly Problem[] }) {
  const keyOf = (problem: Problem): string => `${problem.field} ${problem.message}`;
  return (
    <>
      <SimpleTable
        caption="What is wrong"
        className="hidden max-h-80 overflow-y-auto sm:block [&_td]:align-top [&_th]:sticky [&_th]:top-0 [&_th]:bg-raised"
        rows={problems}
        rowKey={keyOf}
        columns={[
          {
            key: 'place',
            header: 'Place',
            cell: (problem) => (
              <span className="font-mono text-xs break-words">{placeOf(problem)}</span>
            ),
            className: 'max-w-48',
          },
          {
            key: 'what',
            header: 'What',
            cell: (problem) => problem.message,
          },
          {
            key: 'value',
            header: 'Value',
            cell: (problem) => (
              <span className="font-mono text-xs break-words">{problem.value ?? '–'}</span>
            ),
            className: 'max-w-36 min-w-20',
          },
          {
            key: 'fix',
            header: 'Fix',
            cell: (problem) => problem.fix ?? '–',
            className: 'text-ink-2',
          },
        ]}
      />
      <ul className="max-h-80 divide-y divide-line overflow-y-auto text-sm sm:hidden">
        {problems.map((problem) => (
          <li key={keyOf(problem)} className="px-4 py-2.5">
            <p className="font-mono text-xs break-words text-ink-2">{placeOf(problem)}</p>
            <p className="text-ink">
              {problem.message}
              {problem.value !== undefined && (
                <span className="font-mono text-xs break-all"> {problem.value}</span>
              )}
            </p>
            {problem.fix !== undefined && <p className="text-xs text-ink-2">{problem.fix}</p>}
          </li>
        ))}
      </ul>
    </>
  );
}
