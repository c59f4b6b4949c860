import { datasetError, showText } from '../importing/problem-list.ts';
import { parseNumber } from './parse-number.ts';

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const DELIMITERS = [',', ';', '\t'] as const;

export interface CsvHeader {
  /** Byte value of the delimiter. */
  readonly delimiter: number;
  /** Column names; one without a name is called `column N`. */
  readonly names: readonly string[];
  /** Position of the first row after it. */
  readonly next: number;
}

/** End of the first record (its line feed), quotes respected; -1 where it is not there yet. */
function findRecordEnd(bytes: Uint8Array, from: number, to: number): number {
  let isQuoted = false;
  for (let position = from; position < to; position++) {
    const byte = bytes[position];
    if (byte === QUOTE) isQuoted = !isQuoted;
    else if (byte === LINE_FEED && !isQuoted) return position;
  }
  return -1;
}

function countOutsideQuotes(line: string, delimiter: string): number {
  let isQuoted = false;
  let count = 0;
  for (const character of line) {
    if (character === '"') isQuoted = !isQuoted;
    else if (character === delimiter && !isQuoted) count++;
  }
  return count;
}

function detectDelimiter(fileName: string, line: string): string {
  const counts = DELIMITERS.map((delimiter) => countOutsideQuotes(line, delimiter));
  const most = Math.max(...counts);
  if (most > 0) return DELIMITERS[counts.indexOf(most)] as string;
  throw datasetError({
    field: `${fileName} row 1`,
    message: 'the header has one column only',
    value: showText(line),
    fix: 'separate columns by commas, semicolons or tabs; there must be a label and a feature',
  });
}

function splitHeader(line: string, delimiter: string): string[] {
  const names: string[] = [];
  let current = '';
  let isQuoted = false;
  for (const character of line) {
    if (character === '"') {
      // A doubled quote closes and opens again; the second one is the quote itself.
      if (!isQuoted && current.endsWith('\u0000')) current = `${current.slice(0, -1)}"`;
      else if (isQuoted) current += '\u0000';
      isQuoted = !isQuoted;
    } else if (character === delimiter && !isQuoted) {
      names.push(current);
      current = '';
    } else current += character;
  }
  names.push(current);
  return names.map((name, index) => {
    const clean = name.replaceAll('\u0000', '').trim();
    return clean === '' ? `column ${index + 1}` : clean;
  });
}

function checkNames(fileName: string, names: readonly string[]): void {
  if (names.every((name) => typeof parseNumber(name) === 'number')) {
    throw datasetError({
      field: `${fileName} row 1`,
      message: 'the first row holds numbers only, so the header is missing',
      value: showText(names.slice(0, 5).join(', ')),
      fix: 'add a first row with the columns’ names, such as X1, X2, y',
    });
  }
  const first = new Map<string, number>();
  names.forEach((name, index) => {
    const other = first.get(name);
    if (other !== undefined) {
      throw datasetError({
        field: `${fileName} row 1, column ${name}`,
        message: `columns ${other + 1} and ${index + 1} have the same name`,
        value: showText(name),
        fix: 'give every column a name of its own',
      });
    }
    first.set(name, index);
  });
}

/**
 * Reads the header at the start of a file; undefined where more bytes are needed.
 * @throws AppError `invalid-dataset`: nothing there, one column, no names, names twice
 */
export function readCsvHeader(
  fileName: string,
  block: { bytes: Buffer; from: number; to: number; isFinal: boolean },
): CsvHeader | undefined {
  const { bytes, from, to, isFinal } = block;
  let start = from;
  while (start < to && (bytes[start] === LINE_FEED || bytes[start] === CARRIAGE_RETURN)) start++;
  const found = findRecordEnd(bytes, start, to);
  if (found < 0 && !isFinal) return undefined;
  const end = found < 0 ? to : found;
  const line = bytes.toString('utf8', start, end).replace(/\r$/, '');
  if (line.trim() === '') {
    throw datasetError({
      field: fileName,
      message: 'the file is empty',
      fix: 'give a CSV file with a header and one row an observation',
    });
  }
  if (line.includes('\r')) {
    throw datasetError({
      field: `${fileName} row 1`,
      message: 'lines end in a bare carriage return (old Macintosh text)',
      fix: 'save the file with line feeds (LF or CRLF)',
    });
  }
  const delimiter = detectDelimiter(fileName, line);
  const names = splitHeader(line, delimiter);
  checkNames(fileName, names);
  return { delimiter: delimiter.charCodeAt(0), names, next: Math.min(end + 1, to) };
}
