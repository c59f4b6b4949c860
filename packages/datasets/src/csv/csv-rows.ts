import type { Problem } from '@starling/domain';
import { type ProblemList, showText } from '../importing/problem-list.ts';
import { parseNumber } from './parse-number.ts';
import { COLUMN_GROUP, COLUMN_IGNORED, COLUMN_LABEL, type ColumnPlan } from './plan-columns.ts';

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** Up to so many digits a decimal is exact as (integer below 2^53) / (exact power of ten). */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

const INCOMPLETE = -1;

/** Where the parser leaves what it reads; `label` and `group` are called once a row. */
export interface RowSink {
  label(text: string, row: number): void;
  group(text: string, row: number): void;
}

/**
 * Reads rows of a CSV file (RFC 4180) into `values`, a whole row at a time. Numbers of up to
 * 15 digits without an exponent are read straight from the bytes; they come out as `Number`
 * would give them, since both operands of the one division are exact. Everything else takes
 * the slow way over text.
 */
export class CsvRows {
  /** [rows, width] so far; the caller empties it by setting `rows` to 0. */
  readonly values: Float32Array;
  rows = 0;
  /** Rows read as a spreadsheet counts them: the header is row 1. */
  row = 1;

  readonly #fileName: string;
  readonly #names: readonly string[];
  readonly #targets: Int32Array;
  readonly #width: number;
  readonly #capacity: number;
  readonly #delimiter: number;
  readonly #problems: ProblemList;
  readonly #sink: RowSink;
  readonly #isGrouped: boolean;
  #rowProblems: { problem: Problem; subject: string; isAboutQuotes: boolean }[] = [];
  #label = '';
  #group = '';

  constructor(
    source: { fileName: string; names: readonly string[]; delimiter: number; plan: ColumnPlan },
    values: Float32Array,
    sink: RowSink,
    problems: ProblemList,
  ) {
    this.#fileName = source.fileName;
    this.#names = source.names;
    this.#delimiter = source.delimiter;
    this.#targets = source.plan.targets;
    this.#width = source.plan.featureNames.length;
    this.#isGrouped = source.plan.targets.includes(COLUMN_GROUP);
    this.values = values;
    this.#capacity = Math.floor(values.length / this.#width);
    this.#sink = sink;
    this.#problems = problems;
  }

  /**
   * Reads whole rows of `bytes[from, to)` until the values are full; answers where the first
   * row begins that was not read. `bytes[to]` must be a line feed.
   */
  parse(bytes: Buffer, from: number, to: number, isFinal: boolean): number {
    let position = from;
    while (position < to && this.rows < this.#capacity) {
      const next = this.#parseRow(bytes, position, to, isFinal);
      if (next === INCOMPLETE) break;
      position = next;
    }
    return position;
  }

  get isFull(): boolean {
    return this.rows >= this.#capacity;
  }

  #parseRow(bytes: Buffer, start: number, to: number, isFinal: boolean): number {
    const blank = this.#skipBlank(bytes, start, to, isFinal);
    if (blank !== start) return blank;
    // A row cut by the end of a block is read again from its start.
    if (this.#rowProblems.length > 0) this.#rowProblems = [];
    const targets = this.#targets;
    const values = this.values;
    const delimiter = this.#delimiter;
    const base = this.rows * this.#width;
    let position = start;
    for (let column = 0; ; column++) {
      const target = column < targets.length ? (targets[column] as number) : COLUMN_IGNORED;
      let end = position;
      let isRead = false;
      if (target >= 0) {
        let byte = bytes[end] as number;
        const isNegative = byte === MINUS;
        if (isNegative) byte = bytes[++end] as number;
        const digitsFrom = end;
        let digits = 0;
        let fraction = 0;
        let mantissa = 0;
        while (byte >= ZERO && byte <= NINE) {
          mantissa = mantissa * 10 + (byte - ZERO);
          byte = bytes[++end] as number;
        }
        digits = end - digitsFrom;
        if (byte === POINT) {
          const fractionFrom = end + 1;
          byte = bytes[++end] as number;
          while (byte >= ZERO && byte <= NINE) {
            mantissa = mantissa * 10 + (byte - ZERO);
            byte = bytes[++end] as number;
          }
          fraction = end - fractionFrom;
          digits += fraction;
        }
        const isSimple = digits > 0 && digits <= EXACT_DIGITS;
        if (isSimple && (byte === delimiter || byte === LINE_FEED || byte === CARRIAGE_RETURN)) {
          const size = fraction === 0 ? mantissa : mantissa / (POWERS_OF_TEN[fraction] as number);
          values[base + target] = isNegative ? -size : size;
          isRead = byte !== CARRIAGE_RETURN || bytes[end + 1] === LINE_FEED;
        }
      }
      if (!isRead) {
        end = this.#parseText(bytes, position, to, column, target, base, isFinal);
        if (end === INCOMPLETE) return INCOMPLETE;
      }
      if (end >= to && !isFinal) return INCOMPLETE;
      if (end < to && bytes[end] === delimiter) {
        position = end + 1;
        continue;
      }
      if (bytes[end] === CARRIAGE_RETURN) end++;
      if (end >= to && !isFinal) return INCOMPLETE;
      this.#endRow(column + 1);
      return Math.min(end + 1, to);
    }
  }

  /** Blank lines are no rows, but are counted, as a spreadsheet does. */
  #skipBlank(bytes: Buffer, start: number, to: number, isFinal: boolean): number {
    let end = start;
    if (bytes[end] === CARRIAGE_RETURN) end++;
    if (bytes[end] !== LINE_FEED) return start;
    if (end >= to && !isFinal) return INCOMPLETE;
    this.row++;
    return Math.min(end + 1, to);
  }

  /** Reads one cell as text; answers the position of what ends it. */
  #parseText(
    bytes: Buffer,
    start: number,
    to: number,
    column: number,
    target: number,
    base: number,
    isFinal: boolean,
  ): number {
    let end: number;
    let text: string | undefined;
    if (bytes[start] === QUOTE) {
      end = this.#findClosingQuote(bytes, start, to);
      if (end === to && !isFinal) return INCOMPLETE;
      if (end === to) {
        this.#note(
          column,
          {
            message: 'a quote is opened and never closed',
            value: showText(bytes.toString('utf8', start, Math.min(start + 60, to))),
            fix: 'close the quote, or double a quote that belongs to the text',
          },
          true,
        );
        return to;
      }
      text = bytes.toString('utf8', start + 1, end).replaceAll('""', '"');
      end++;
      const after = bytes[end];
      const isEnd =
        after === this.#delimiter ||
        after === LINE_FEED ||
        (after === CARRIAGE_RETURN && bytes[end + 1] === LINE_FEED);
      if (!isEnd && end < to) {
        this.#note(
          column,
          {
            message: 'text follows a closing quote',
            value: showText(bytes.toString('utf8', start, Math.min(end + 20, to))),
            fix: 'double a quote that belongs to the text',
          },
          true,
        );
        while (bytes[end] !== this.#delimiter && bytes[end] !== LINE_FEED) end++;
      }
    } else {
      end = start;
      let hasQuote = false;
      for (;;) {
        const byte = bytes[end];
        if (byte === this.#delimiter || byte === LINE_FEED) break;
        if (byte === QUOTE) hasQuote = true;
        end++;
      }
      const isLast = bytes[end] === LINE_FEED;
      if (isLast && end > start && bytes[end - 1] === CARRIAGE_RETURN) end--;
      if (end >= to && !isFinal) return INCOMPLETE;
      if (hasQuote) {
        this.#note(
          column,
          {
            message: 'a quote stands inside a cell that is not quoted',
            value: showText(bytes.toString('utf8', start, end)),
            fix: 'quote the whole cell and double the quotes in it',
          },
          true,
        );
        return end;
      }
      if (target === COLUMN_IGNORED) return end;
      text = bytes.toString('utf8', start, end);
    }
    this.#keep(text, column, target, base);
    return end;
  }

  /**
   * Position of the closing quote, `to` where there is none. One that is the block's last byte
   * may be the first of two: its row is then incomplete, and read again.
   */
  #findClosingQuote(bytes: Buffer, start: number, to: number): number {
    let position = start + 1;
    for (;;) {
      const found = bytes.indexOf(QUOTE, position);
      if (found < 0 || found >= to) return to;
      if (bytes[found + 1] === QUOTE) position = found + 2;
      else return found;
    }
  }

  #keep(text: string, column: number, target: number, base: number): void {
    if (target >= 0) {
      const value = parseNumber(text);
      if (typeof value === 'number') this.values[base + target] = value;
      else this.#note(column, { ...value, value: showText(text) });
      return;
    }
    const clean = text.trim();
    if (target === COLUMN_LABEL) this.#label = clean;
    if (target === COLUMN_GROUP) this.#group = clean;
    if (clean === '' && target !== COLUMN_IGNORED) {
      const what = target === COLUMN_LABEL ? 'label' : 'group';
      this.#note(column, {
        message: `the ${what} is empty`,
        value: showText(text),
        fix: 'fill it or drop the row',
      });
    }
  }

  #note(column: number, problem: Omit<Problem, 'field'>, isAboutQuotes = false): void {
    const name = this.#names[column] ?? `column ${column + 1}`;
    this.#rowProblems.push({
      problem: { field: `${this.#fileName} row ${this.row + 1}, column ${name}`, ...problem },
      subject: `${this.#fileName} column ${name}`,
      isAboutQuotes,
    });
  }

  #endRow(columns: number): void {
    this.row++;
    const expected = this.#names.length;
    // In a row of another length cells are shifted: what else is wrong with them would
    // mislead, unless a quote is what shifted them.
    const noted = this.#rowProblems.filter((one) => columns === expected || one.isAboutQuotes);
    for (const { problem, subject } of noted) this.#problems.add(problem, subject);
    if (noted.length > 0) return;
    if (columns !== expected) {
      this.#problems.add(
        {
          field: `${this.#fileName} row ${this.row}`,
          message: `the row has ${columns} cells where the header has ${expected}`,
          value: `${columns} cells`,
          fix: 'add or remove cells, or quote cells that hold the delimiter',
        },
        `${this.#fileName} rows`,
      );
      return;
    }
    this.#sink.label(this.#label, this.row);
    if (this.#isGrouped) this.#sink.group(this.#group, this.row);
    this.rows++;
  }
}
