import { join } from 'node:path';
import {
  CLASS_LIMIT,
  type ImportContext,
  type ImportSource,
  tooManyClasses,
} from '../importing/import-context.ts';
import { IndexList, NameTable } from '../importing/index-list.ts';
import type { RowsRead } from '../importing/plan-rows.ts';
import { datasetError, ProblemList } from '../importing/problem-list.ts';
import { Spool } from '../importing/spool.ts';
import { readBlocks, type TextBlock } from '../text/read-blocks.ts';
import { parseSequenceLine, type SequenceKind, type SequenceLine } from './parse-line.ts';

const LINE_FEED = 0x0a;

/** Sequences on disk in the order read, and what is known of each in memory. */
export interface SequencesRead {
  readonly kind: SequenceKind;
  readonly rows: RowsRead;
  /** [rows] steps (visits) of each row; at least 1. */
  readonly lengths: Int32Array;
  /** Numbers a step; 0 for codes. */
  readonly features: number;
  /** Every code by the number that it has in `codes`. */
  readonly codeNames: readonly string[];
  /** Codes: how many codes each visit has, and the codes one after the other. */
  readonly visits: Spool;
  readonly codes: Spool;
  /** Steps: their numbers, one step after the other. */
  readonly steps: Spool;
  /** Rows without a single step, left out. */
  readonly emptyRows: number;
}

/** First pass over JSON Lines files. */
export class SequenceReader implements AsyncDisposable {
  readonly #context: ImportContext;
  readonly #spools: { visits: Spool; codes: Spool; steps: Spool };
  readonly #problems = new ProblemList();
  readonly #labels = new IndexList();
  readonly #labelNames = new NameTable();
  readonly #groups = new IndexList();
  readonly #groupNames = new NameTable();
  readonly #codeNames = new NameTable();
  readonly #lengths = new IndexList();
  readonly #files: RowsRead['files'][number][] = [];
  #kind: SequenceKind | undefined;
  #features = 0;
  #emptyRows = 0;

  private constructor(
    context: ImportContext,
    spools: { visits: Spool; codes: Spool; steps: Spool },
  ) {
    this.#context = context;
    this.#spools = spools;
  }

  static async create(context: ImportContext): Promise<SequenceReader> {
    const path = (name: string): string => join(context.workDirectory, name);
    return new SequenceReader(context, {
      visits: await Spool.create(path('visits.i32'), 'i32'),
      codes: await Spool.create(path('codes.i32'), 'i32'),
      steps: await Spool.create(path('steps.f32'), 'f32'),
    });
  }

  async readAll(): Promise<SequencesRead> {
    for (const source of this.#context.sources) await this.#readFile(source);
    this.#problems.throwIfAny();
    for (const spool of Object.values(this.#spools)) await spool.flush();
    return {
      kind: this.#kind ?? 'steps',
      rows: {
        files: this.#files,
        labels: this.#labels.toArray(),
        labelNames: this.#labelNames.names,
        groups: this.#context.options.group === undefined ? null : this.#groups.toArray(),
        groupCount: this.#groupNames.size,
      },
      lengths: this.#lengths.toArray(),
      features: this.#features,
      codeNames: this.#codeNames.names,
      ...this.#spools,
      emptyRows: this.#emptyRows,
    };
  }

  async #readFile(source: ImportSource): Promise<void> {
    const { signal, addBytesRead, report } = this.#context;
    const before = this.#labels.length;
    let line = 0;
    await readBlocks(source, { signal, onBytes: addBytesRead }, async (block) => {
      let position = block.from;
      for (;;) {
        const end = findLineEnd(block, position);
        if (end < 0) break;
        line++;
        const text = block.bytes.toString('utf8', position, end);
        if (text.trim() !== '') await this.#readLine(source.name, line, text);
        position = Math.min(end + 1, block.to);
        if (position >= block.to) break;
      }
      report('reading', this.#labels.length);
      return position;
    });
    if (line === 0) {
      throw datasetError({
        field: source.name,
        message: 'the file is empty',
        fix: 'give a JSON Lines file with one object a line',
      });
    }
    const rows = this.#labels.length - before;
    this.#files.push({ role: source.role, name: source.name, rows });
  }

  async #readLine(fileName: string, line: number, text: string): Promise<void> {
    const field = `${fileName} line ${line}`;
    const read = parseSequenceLine(text, this.#context.options);
    if ('where' in read) {
      const { where, ...problem } = read;
      this.#problems.add({ field: `${field}${where}`, ...problem }, `${fileName} ${read.message}`);
      return;
    }
    this.#kind ??= read.kind;
    if (read.kind !== this.#kind) {
      this.#problems.add({
        field,
        message: `the line has ${read.kind}, the ones before have ${this.#kind}`,
        fix: 'use visits with codes on every line, or steps with numbers on every line',
      });
      return;
    }
    const length = read.kind === 'codes' ? read.visits.length : read.steps.length;
    if (length === 0) {
      this.#emptyRows++;
      return;
    }
    await this.#keep(field, read, length);
  }

  async #keep(field: string, read: SequenceLine, length: number): Promise<void> {
    if (read.kind === 'steps') {
      const features = read.steps[0]?.length ?? 0;
      if (this.#features === 0) this.#features = features;
      if (features !== this.#features) {
        this.#problems.add({
          field: `${field}, step 1`,
          message: `steps have ${features} numbers, on the lines before ${this.#features}`,
          value: `${features} numbers`,
          fix: 'give every step of every line the same numbers',
        });
        return;
      }
      for (const step of read.steps) await this.#spools.steps.append(step);
    } else {
      for (const visit of read.visits) {
        const codes = new Set(visit.map((code) => this.#codeNames.indexOf(code)));
        await this.#spools.visits.append([codes.size]);
        await this.#spools.codes.append([...codes]);
      }
    }
    this.#lengths.push(length);
    this.#labels.push(this.#labelNames.indexOf(read.label));
    if (this.#labelNames.size > CLASS_LIMIT) throw tooManyClasses(field, read.label);
    if (this.#context.options.group !== undefined) {
      this.#groups.push(this.#groupNames.indexOf(read.group));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const spool of Object.values(this.#spools)) await spool[Symbol.asyncDispose]();
  }
}

/** End of the line that starts at `position`; -1 where the block ends inside it. */
function findLineEnd(block: TextBlock, position: number): number {
  if (position >= block.to) return -1;
  // The sentinel at `to` ends the last line of the file.
  const end = block.bytes.indexOf(LINE_FEED, position);
  return end < block.to || block.isFinal ? end : -1;
}
