/** Bytes of a file that the browser looks at; the rest goes to the coordinator unread. */
export const HEAD_BYTES = 64 * 1024;
/** Rows that are kept for suggestions and the preview. */
const ROWS_AT_MOST = 200;

export type TextFormat = 'csv' | 'jsonl';

/** What the first bytes of a file tell. */
export interface FileHead {
  format: TextFormat;
  /** Columns by the header, or the keys of the first lines beside the sequence. */
  columns: string[];
  /** First rows as text, one cell a column. */
  rows: string[][];
  /** Columns that are taken twice in the file’s sequence: `visits` or `steps`; null for CSV. */
  sequence: 'visits' | 'steps' | null;
  /** What is plainly wrong already, in a sentence. */
  problem: string | null;
}

/** Reads the first 64 KiB of a file, and no more. */
export async function readFileHead(file: File): Promise<FileHead> {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  return parseHead(file.name, bytes, file.size <= HEAD_BYTES);
}

/** Pure part of `readFileHead`; `isWhole` says that nothing follows the bytes. */
export function parseHead(name: string, bytes: Uint8Array, isWhole: boolean): FileHead {
  const format = guessFormat(name, bytes);
  const bad = (problem: string): FileHead => ({
    format,
    columns: [],
    rows: [],
    sequence: null,
    problem,
  });
  if (bytes.length === 0) return bad('The file is empty.');
  if (bytes.includes(0)) return bad('This is no text. Save it as CSV or JSON Lines, in UTF-8.');
  const text = decode(bytes, isWhole);
  if (text === null) return bad('The text is not UTF-8. Save it with that encoding.');
  return format === 'csv' ? parseCsvHead(text, isWhole) : parseJsonHead(text, isWhole);
}

function guessFormat(name: string, bytes: Uint8Array): TextFormat {
  if (/\.(jsonl|ndjson)$/i.test(name)) return 'jsonl';
  if (/\.(csv|tsv)$/i.test(name)) return 'csv';
  const first = bytes.find((byte) => byte > 0x20 && byte < 0x80);
  return first === 0x7b ? 'jsonl' : 'csv';
}

function decode(bytes: Uint8Array, isWhole: boolean): string | null {
  try {
    // A stream may end within a character; a whole file may not.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole });
  } catch {
    return null;
  }
}

const DELIMITERS = [',', ';', '\t'] as const;

function parseCsvHead(text: string, isWhole: boolean): FileHead {
  const body = text.replace(/^[\r\n]+/, '');
  const empty = { format: 'csv' as const, columns: [], rows: [], sequence: null };
  if (body.trim() === '') return { ...empty, problem: 'The file is empty.' };
  const headerEnd = findRecordEnd(body);
  if (headerEnd < 0 && !isWhole) {
    return { ...empty, problem: 'The header is longer than 64 KiB; type the column’s name.' };
  }
  const header = headerEnd < 0 ? body : body.slice(0, headerEnd);
  const delimiter = detectDelimiter(header);
  if (delimiter === null) {
    return {
      ...empty,
      problem: 'The header has one column only; a label and a feature are needed.',
    };
  }
  const records = splitRecords(body, delimiter, isWhole);
  const columns = (records[0] ?? []).map((name, index) =>
    name.trim() === '' ? `column ${index + 1}` : name.trim(),
  );
  const rows = records.slice(1, 1 + ROWS_AT_MOST);
  return { format: 'csv', columns, rows, sequence: null, problem: judgeHeader(columns, rows) };
}

function judgeHeader(columns: readonly string[], rows: readonly string[][]): string | null {
  if (columns.every(isNumber)) return 'The first row holds numbers only: the header is missing.';
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) return `Two columns are called “${twice}”.`;
  const ragged = rows.findIndex((row) => row.length !== columns.length);
  const row = rows[ragged];
  return row === undefined
    ? null
    : `Row ${ragged + 2} has ${row.length} cells where the header has ${columns.length}.`;
}

export function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

function findRecordEnd(text: string): number {
  let isQuoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '"') isQuoted = !isQuoted;
    else if (character === '\n' && !isQuoted) return index;
  }
  return -1;
}

function detectDelimiter(header: string): string | null {
  const outside = header.replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => outside.split(delimiter).length - 1);
  const most = Math.max(...counts);
  return most === 0 ? null : (DELIMITERS[counts.indexOf(most)] ?? null);
}

/** Records after RFC 4180; the last one only where its end is in sight. */
function splitRecords(text: string, delimiter: string, isWhole: boolean): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let cell = '';
  let isQuoted = false;
  const endRecord = (): void => {
    record.push(cell.replace(/\r$/, ''));
    cell = '';
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
  };
  for (let index = 0; index < text.length && records.length <= ROWS_AT_MOST; index++) {
    const character = text[index];
    if (character === '"') {
      if (isQuoted && text[index + 1] === '"') {
        cell += '"';
        index++;
      } else isQuoted = !isQuoted;
    } else if (isQuoted) cell += character;
    else if (character === delimiter) {
      record.push(cell);
      cell = '';
    } else if (character === '\n') endRecord();
    else cell += character;
  }
  if (isWhole && (cell !== '' || record.length > 0)) endRecord();
  return records;
}

function parseJsonHead(text: string, isWhole: boolean): FileHead {
  const lines = text.split('\n');
  if (!isWhole) lines.pop();
  const head: FileHead = { format: 'jsonl', columns: [], rows: [], sequence: null, problem: null };
  if (lines.length === 0) {
    return { ...head, problem: 'The first line is longer than 64 KiB; type the label’s key.' };
  }
  const records: Record<string, unknown>[] = [];
  for (const [index, line] of lines.slice(0, ROWS_AT_MOST).entries()) {
    if (line.trim() === '') continue;
    const record = parseObject(line);
    if (record === null) {
      return { ...head, problem: `Line ${index + 1} is no JSON object; write one object a line.` };
    }
    records.push(record);
  }
  if (records.length === 0) return { ...head, problem: 'The file is empty.' };
  const sequence = (['visits', 'steps'] as const).find((key) => records[0]?.[key] !== undefined);
  const columns = [...new Set(records.flatMap(Object.keys))].filter(
    (key) => key !== 'visits' && key !== 'steps',
  );
  return {
    ...head,
    columns,
    rows: records.map((record) => columns.map((key) => showCell(record[key]))),
    sequence: sequence ?? null,
    problem: sequence === undefined ? 'The first line has neither visits nor steps.' : null,
  };
}

function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function showCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
