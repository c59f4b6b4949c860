import { dataShapeSchema, type SplitName, splitNames } from '@starling/domain';
import { z } from 'zod';
import { type DatasetDescription, type DatasetLayout, datasetLayouts, widthOf } from './splits.ts';
import {
  storedFileError,
  TENSOR_ALIGNMENT_BYTES,
  type TensorHeader,
  type TensorPlace,
  type TensorSpec,
  type TensorType,
} from './tensor-file.ts';

const FORMAT = 'starling-dataset';
const FORMAT_VERSION = '1';

const splitCountsSchema = z.strictObject({
  rows: z.int().nonnegative(),
  perClass: z.array(z.int().nonnegative()),
});

const descriptionSchema = z.strictObject({
  layout: z.enum(datasetLayouts),
  shape: dataShapeSchema,
  classNames: z.array(z.string()).min(2),
  featureNames: z.array(z.string()),
  vocabulary: z.array(z.string()),
  isSynthetic: z.boolean(),
  description: z.string(),
  splits: z.strictObject({
    train: splitCountsSchema,
    validation: splitCountsSchema,
    test: splitCountsSchema.nullable(),
  }),
});

/** `__metadata__` of a data set: one JSON value a key, since the layout allows only text. */
export function writeMetadata(description: DatasetDescription): Record<string, string> {
  const metadata: Record<string, string> = { format: FORMAT, formatVersion: FORMAT_VERSION };
  for (const key of Object.keys(descriptionSchema.shape) as (keyof DatasetDescription)[]) {
    metadata[key] = JSON.stringify(description[key]);
  }
  return metadata;
}

function readMetadata(metadata: Readonly<Record<string, string>>): DatasetDescription {
  if (metadata['format'] !== FORMAT) throw storedFileError('it is no data set of Starling');
  if (metadata['formatVersion'] !== FORMAT_VERSION) {
    throw storedFileError('its format version is not known', metadata['formatVersion'] ?? 'none');
  }
  const values: Record<string, unknown> = {};
  for (const key of Object.keys(descriptionSchema.shape)) {
    try {
      values[key] = JSON.parse(metadata[key] ?? '');
    } catch {
      throw storedFileError(`its metadata lacks ${key}`);
    }
  }
  const parsed = descriptionSchema.safeParse(values);
  if (!parsed.success) throw storedFileError('its metadata is malformed', parsed.error.message);
  return parsed.data;
}

/** Steps and codes of one split; both 0 where the layout has none. */
export interface SplitSize {
  readonly rows: number;
  readonly steps: number;
  readonly codes: number;
}

/** The tensors of one split, in file order. */
export function splitTensors(
  name: SplitName,
  layout: DatasetLayout,
  width: number,
  { rows, steps, codes }: SplitSize,
): TensorSpec[] {
  const tensor = (suffix: string, type: TensorType, ...shape: number[]): TensorSpec => ({
    name: `${name}.${suffix}`,
    type,
    shape,
  });
  const labels = tensor('y', 'I32', rows);
  switch (layout) {
    case 'dense':
      return [labels, tensor('x', 'F32', rows, width)];
    case 'ragged-steps':
      return [labels, tensor('offsets', 'I32', rows + 1), tensor('x', 'F32', steps, width)];
    case 'ragged-codes':
      return [
        labels,
        tensor('offsets', 'I32', rows + 1),
        tensor('code_offsets', 'I32', steps + 1),
        tensor('codes', 'I32', codes),
      ];
  }
}

export const STANDARDISATION_TENSORS = ['mean', 'scale'] as const;

export interface DatasetHeader {
  readonly description: DatasetDescription;
  readonly places: ReadonlyMap<string, TensorPlace>;
}

export function presentSplits(description: DatasetDescription): SplitName[] {
  return splitNames.filter((name) => description.splits[name] !== null);
}

function expectTensor(header: TensorHeader, expected: TensorSpec): void {
  const found = header.places.get(expected.name);
  if (found === undefined) throw storedFileError(`tensor ${expected.name} is missing`);
  const shapes = `${found.type} [${found.shape}]`;
  if (found.type !== expected.type || String(found.shape) !== String(expected.shape)) {
    throw storedFileError(
      `tensor ${expected.name} should be ${expected.type} [${expected.shape}]`,
      shapes,
    );
  }
  if (found.start % TENSOR_ALIGNMENT_BYTES !== 0) {
    throw storedFileError(`tensor ${expected.name} is not aligned to 64 bytes`);
  }
}

function checkCounts(description: DatasetDescription): void {
  const { shape, classNames, featureNames, layout, vocabulary } = description;
  if (classNames.length !== shape.classes) {
    throw storedFileError(`it names ${classNames.length} classes, its shape has ${shape.classes}`);
  }
  const names = featureNames.length;
  if (names !== 0 && names !== widthOf(shape, layout)) {
    throw storedFileError(`it names ${names} columns, its rows have ${widthOf(shape, layout)}`);
  }
  if (layout === 'ragged-codes' && vocabulary.length !== widthOf(shape, layout)) {
    throw storedFileError('its vocabulary is not as long as its steps are wide');
  }
  for (const name of presentSplits(description)) {
    const counts = description.splits[name];
    const sum = counts?.perClass.reduce((total, rows) => total + rows, 0);
    if (counts?.perClass.length !== shape.classes || sum !== counts.rows) {
      throw storedFileError(`the class counts of ${name} do not add up to its rows`);
    }
  }
}

/** Checks that the tensors of a file are those that its description promises. */
export function readDatasetHeader(header: TensorHeader): DatasetHeader {
  const description = readMetadata(header.metadata);
  checkCounts(description);
  const width = widthOf(description.shape, description.layout);
  const expected: TensorSpec[] = STANDARDISATION_TENSORS.map((name) => ({
    name,
    type: 'F32',
    shape: [width],
  }));
  for (const name of presentSplits(description)) {
    const rows = description.splits[name]?.rows ?? 0;
    // Steps and codes are counted by the tensors themselves; the offsets are checked on reading.
    const steps =
      description.layout === 'ragged-steps'
        ? (header.places.get(`${name}.x`)?.shape[0] ?? 0)
        : (header.places.get(`${name}.code_offsets`)?.shape[0] ?? 1) - 1;
    const codes = header.places.get(`${name}.codes`)?.shape[0] ?? 0;
    expected.push(...splitTensors(name, description.layout, width, { rows, steps, codes }));
  }
  for (const tensor of expected) expectTensor(header, tensor);
  const known = new Set(expected.map((tensor) => tensor.name));
  for (const name of header.places.keys()) {
    if (!known.has(name) && !name.startsWith('pad.')) {
      throw storedFileError(`tensor ${name} has no place in a data set`);
    }
  }
  return { description, places: header.places };
}
