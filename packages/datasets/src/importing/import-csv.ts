import { join } from 'node:path';
import { CsvRows } from '../csv/csv-rows.ts';
import { type ColumnPlan, matchColumns, planColumns } from '../csv/plan-columns.ts';
import { type CsvHeader, readCsvHeader } from '../csv/read-header.ts';
import type { StoredDataset } from '../stored/dataset-writer.ts';
import { readBlocks, type TextBlock } from '../text/read-blocks.ts';
import {
  CLASS_LIMIT,
  type ImportContext,
  type ImportSource,
  tooManyClasses,
} from './import-context.ts';
import { IndexList, NameTable } from './index-list.ts';
import { planRows, type RowsRead } from './plan-rows.ts';
import { ProblemList } from './problem-list.ts';
import { Spool } from './spool.ts';
import { writeDense } from './write-dense.ts';

/** Values parsed before they are spooled: 2 MiB. */
const BATCH_VALUES = 512 * 1024;

interface FirstFile {
  readonly fileName: string;
  readonly names: readonly string[];
  readonly plan: ColumnPlan;
}

/** First pass over CSV files: numbers to the spool, labels and groups to memory. */
class CsvReader {
  readonly #context: ImportContext;
  readonly #spool: Spool;
  readonly #problems = new ProblemList();
  readonly #labels = new IndexList();
  readonly #labelNames = new NameTable();
  readonly #groups = new IndexList();
  readonly #groupNames = new NameTable();
  readonly #files: RowsRead['files'][number][] = [];
  #first: FirstFile | undefined;

  constructor(context: ImportContext, spool: Spool) {
    this.#context = context;
    this.#spool = spool;
  }

  get featureNames(): readonly string[] {
    return this.#first?.plan.featureNames ?? [];
  }

  async readAll(): Promise<RowsRead> {
    for (const source of this.#context.sources) await this.#readFile(source);
    this.#problems.throwIfAny();
    await this.#spool.flush();
    return {
      files: this.#files,
      labels: this.#labels.toArray(),
      labelNames: this.#labelNames.names,
      groups: this.#context.options.group === undefined ? null : this.#groups.toArray(),
      groupCount: this.#groupNames.size,
    };
  }

  async #readFile(source: ImportSource): Promise<void> {
    let rows: CsvRows | undefined;
    const before = this.#labels.length;
    const { signal, addBytesRead, report } = this.#context;
    await readBlocks(source, { signal, onBytes: addBytesRead }, async (block) => {
      let position = block.from;
      if (rows === undefined) {
        const header = readCsvHeader(source.name, block);
        if (header === undefined) return block.from;
        rows = this.#startRows(source, header);
        position = header.next;
      }
      position = await this.#parse(rows, block, position);
      report('reading', this.#labels.length);
      return position;
    });
    this.#files.push({
      role: source.role,
      name: source.name,
      rows: this.#labels.length - before,
    });
  }

  async #parse(rows: CsvRows, block: TextBlock, from: number): Promise<number> {
    let position = from;
    for (;;) {
      position = rows.parse(block.bytes, position, block.to, block.isFinal);
      const isFull = rows.isFull;
      if (isFull || block.isFinal) {
        await this.#spool.append(rows.values.subarray(0, rows.rows * this.featureNames.length));
        rows.rows = 0;
      }
      if (!isFull || position >= block.to) return position;
    }
  }

  #startRows(source: ImportSource, header: CsvHeader): CsvRows {
    const { options } = this.#context;
    const plan =
      this.#first === undefined
        ? planColumns(source.name, header.names, options, this.#problems)
        : matchColumns(source.name, header.names, this.#first, this.#problems);
    this.#first ??= { fileName: source.name, names: header.names, plan };
    const values = new Float32Array(Math.max(BATCH_VALUES, plan.featureNames.length));
    const labelField = `${source.name} column ${options.label}`;
    const sink = {
      label: (text: string): void => {
        this.#labels.push(this.#labelNames.indexOf(text));
        if (this.#labelNames.size > CLASS_LIMIT) throw tooManyClasses(labelField, text);
      },
      group: (text: string): void => {
        this.#groups.push(this.#groupNames.indexOf(text));
      },
    };
    const { names, delimiter } = header;
    return new CsvRows(
      { fileName: source.name, names, delimiter, plan },
      values,
      sink,
      this.#problems,
    );
  }
}

export async function importCsv(context: ImportContext): Promise<StoredDataset> {
  await using spool = await Spool.create(join(context.workDirectory, 'rows.f32'), 'f32');
  const reader = new CsvReader(context, spool);
  const rows = await reader.readAll();
  context.report('splitting', rows.labels.length);
  const plan = planRows(rows, context.options);
  const width = reader.featureNames.length;
  return await writeDense(context, spool, plan, {
    shape: { kind: 'signal', channels: 1, length: width, classes: plan.classNames.length },
    width,
    period: width,
    featureNames: reader.featureNames,
    description: plan.sentence,
  });
}
