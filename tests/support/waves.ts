import { createRandom } from '@starling/domain';

/** A CSV of noisy waves whose class is their frequency: `columns` samples a row and a label. */
export function wavesCsv(rows: number, columns = 32, classes = 3): string {
  const random = createRandom(11, 'waves');
  const lines = [
    [...Array.from({ length: columns }, (_, index) => `X${index + 1}`), 'kind'].join(','),
  ];
  for (let row = 0; row < rows; row++) {
    const label = row % classes;
    const phase = random.uniform() * 2 * Math.PI;
    const values = Array.from({ length: columns }, (_, index) =>
      (
        10 * Math.sin(((label + 1) * 2 * Math.PI * index) / columns + phase) +
        4 * random.normal()
      ).toFixed(2),
    );
    lines.push([...values, `kind-${label}`].join(','));
  }
  return `${lines.join('\n')}\n`;
}
