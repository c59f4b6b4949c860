import { createRandom } from '@starling/domain';
import { describe, expect, test } from 'vitest';
import { openDataset } from '../stored/open-dataset.ts';
import { createScratchDirectory } from '../testing/scratch-directory.ts';
import { EEG_RHYTHMS } from './eeg-synthetic.ts';
import { generateBuiltIn } from './generate-built-in.ts';
import { bumpAt, nearlyNormal, sineOf } from './wave.ts';

async function denseTrain(path: string) {
  const dataset = await openDataset(path);
  const train = dataset.split('train');
  if (train.kind !== 'dense') throw new Error('expected dense rows');
  return { dataset, train };
}

describe('eeg-synthetic', () => {
  test('is the same bytes every time and everywhere', async () => {
    await using scratch = await createScratchDirectory();
    const stored = await generateBuiltIn('eeg-synthetic', scratch.path);
    // Pinned: whoever changes the generator changes the data set that results are compared on.
    expect(stored.sha256).toBe('87d5881a3d31cab0c0f8a79e37a09a3352960d90ecdc4e9514960e9b2866bf8e');
    expect(await scratch.list()).toEqual([`${stored.sha256}.safetensors`]);
    expect(stored).toMatchObject({
      isSynthetic: true,
      shape: { kind: 'signal', channels: 1, length: 178, classes: 5 },
      splits: {
        train: { rows: 3600, perClass: [720, 720, 720, 720, 720] },
        validation: { rows: 700 },
        test: { rows: 700 },
      },
    });
    expect(stored.description).toMatch(/^Synthetic/);
  });

  test('holds whole numbers of the size of real recordings', async () => {
    await using scratch = await createScratchDirectory();
    const { train } = await denseTrain((await generateBuiltIn('eeg-synthetic', scratch.path)).path);
    expect(train.x.every((value) => Number.isInteger(value) && Math.abs(value) <= 2047)).toBe(true);
    const deviations = EEG_RHYTHMS.map((_, index) => {
      let sum = 0;
      let squares = 0;
      let count = 0;
      for (let row = 0; row < train.rows; row++) {
        if (train.y[row] !== index) continue;
        for (const value of train.x.subarray(row * 178, row * 178 + 178)) {
          sum += value;
          squares += value * value;
          count++;
        }
      }
      return Math.sqrt(squares / count - (sum / count) ** 2);
    });
    const [spikes = 0, ...others] = deviations;
    expect(spikes).toBeGreaterThan(180);
    expect(spikes).toBeLessThan(400);
    for (const deviation of others) {
      expect(deviation).toBeGreaterThan(35);
      expect(deviation).toBeLessThan(120);
    }
  });
});

describe('digits', () => {
  test('are the 10,000 of the package, split by class, all pixels with one scale', async () => {
    await using scratch = await createScratchDirectory();
    const stored = await generateBuiltIn('digits', scratch.path);
    expect(stored.sha256).toBe('2279288722290f5a297f47021ab236e950e49d5fe037e20b9990323b38f7b416');
    expect(stored).toMatchObject({
      isSynthetic: false,
      shape: { kind: 'sequence', features: 28, maxSteps: 28, classes: 10, variable: false },
      splits: { train: { rows: 8000 }, validation: { rows: 1000 }, test: { rows: 1000 } },
    });
    const { dataset, train } = await denseTrain(stored.path);
    expect(train.width).toBe(784);
    expect(train.x.every((value) => value >= 0 && value <= 1)).toBe(true);
    const { mean, scale } = dataset.standardisation;
    expect(new Set(mean).size).toBe(1);
    // The known mean and deviation of MNIST are 0.1307 and 0.3081.
    expect(mean[0]).toBeCloseTo(0.1307, 2);
    expect(scale[0]).toBeCloseTo(0.3081, 2);
    // Not sorted by class: any stretch holds most digits.
    expect(new Set(train.y.subarray(0, 60)).size).toBeGreaterThan(7);
  });
});

describe('arithmetic that is the same everywhere', () => {
  test('the sine is the sine', () => {
    for (let turns = -2; turns <= 2; turns += 0.001) {
      expect(sineOf(turns)).toBeCloseTo(Math.sin(2 * Math.PI * turns), 6);
    }
  });

  test('nearly normal numbers have mean 0 and variance 1', () => {
    const random = createRandom(1, 'test');
    const values = Array.from({ length: 20_000 }, () => nearlyNormal(random));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  });

  test('a bump is 1 at its center and a quarter one width away', () => {
    expect(bumpAt(5, 5, 2)).toBe(1);
    expect(bumpAt(7, 5, 2)).toBe(0.25);
  });
});
