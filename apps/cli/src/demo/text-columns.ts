import type { Problem } from '@starling/domain';

const firstRow = /row 2, column (.+)$/;
const number = /^-?[0-9.,\s]/;

/**
 * The columns that an import refused for text in the file's first row: ids, names and the
 * like. Empty where any other problem stands beside them, since then the file itself is at fault.
 */
export function textColumnsIn(problems: readonly Problem[]): string[] {
  const columns = problems.flatMap(({ field, value }) => {
    const column = firstRow.exec(field)?.[1];
    return column === undefined || value === undefined || number.test(value.replaceAll('"', ''))
      ? []
      : [column];
  });
  const areAllText = problems.every(({ field }) =>
    columns.some((column) => field.endsWith(`column ${column}`)),
  );
  return areAllText ? columns : [];
}
