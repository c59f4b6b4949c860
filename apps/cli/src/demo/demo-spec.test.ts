import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildNetwork,
  type Configuration,
  type DataShape,
  type DatasetSummary,
  datasetNameSchema,
  parseSweepSpec,
} from '@starling/domain';
import { expect, it } from 'vitest';
import { nameFor } from './demo-dataset.ts';
import { demoSpecFor } from './demo-spec.ts';

const specOn = (shape: DataShape) =>
  parseSweepSpec(demoSpecFor({ name: 'mine', shape } as DatasetSummary));

const sequence = (features: number, maxSteps: number, variable: boolean): DataShape => ({
  ...{ kind: 'sequence', features, maxSteps, variable },
  classes: 2,
});
const signal = (length: number): DataShape => ({
  ...{ kind: 'signal', channels: 1, length },
  classes: 3,
});

it.each([
  [signal(178), ['mlp', 'cnn', 'rnn'], ['mlp-baseline', 'cnn-baseline', 'rnn-baseline']],
  // Four columns are too few for the kernels of a CNN.
  [signal(4), ['mlp', 'rnn'], ['mlp-baseline', 'rnn-baseline']],
  [signal(1), ['mlp', 'rnn'], ['mlp-baseline', 'rnn-baseline']],
  [
    sequence(28, 28, false),
    ['mlp', 'cnn', 'rnn'],
    ['mlp-baseline', 'cnn-baseline', 'rnn-baseline'],
  ],
  [sequence(9, 40, true), ['rnn'], ['variable-rnn-baseline', 'rnn-baseline']],
])('takes from %j the families that it allows', (shape, families, baselines) => {
  const spec = specOn(shape);
  expect(Object.keys(spec.space.families)).toEqual(families);
  expect(spec.enqueue.map(({ family }) => family)).toEqual(baselines);
  for (const point of spec.enqueue) buildNetwork(point, shape);
});

it.each([12, 13, 16, 20, 64])(
  'builds every corner of its CNNs on %i samples, if it has any',
  (length) => {
    const { families } = specOn(signal(length)).space;
    if (families['cnn'] === undefined) return;
    for (const blocks of [1, 2]) {
      for (const kernel of [3, 5]) {
        const point: Configuration = { family: 'cnn', blocks, kernel };
        expect(() => buildNetwork(point, signal(length))).not.toThrow();
      }
    }
  },
);

it('names a user’s file by its content and label, always alike', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'starling-name-'));
  const file = join(folder, 'My Data (1).csv');
  await writeFile(file, 'a,y\n1,x\n');
  const name = await nameFor(file, 'y');
  expect(name).toMatch(/^my-data-1-[0-9a-f]{8}$/);
  expect(datasetNameSchema.parse(name)).toBe(name);
  expect(await nameFor(file, 'y')).toBe(name);
  expect(await nameFor(file, 'a')).not.toBe(name);
  await writeFile(file, 'a,y\n2,x\n');
  expect(await nameFor(file, 'y')).not.toBe(name);
  await rm(folder, { recursive: true });
});
