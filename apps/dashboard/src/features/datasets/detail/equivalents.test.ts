import { expect, it } from 'vitest';
import { equivalentsOf } from './equivalents.ts';

it('asks for the data set by its name and for the file by its hash', () => {
  const sha256 = 'a'.repeat(64);
  const texts = equivalentsOf({ name: 'eeg-1', sha256 }, 'http://host:1').map(({ text }) => text);
  expect(texts[0]).toBe(
    'npx starling dataset show eeg-1 --url http://host:1 --token $STARLING_TOKEN',
  );
  const address = texts[1]?.match(/'(.*)'/)?.[1] ?? '';
  expect(new URL(address).pathname).toBe('/trpc/datasets.get');
  expect(JSON.parse(new URL(address).searchParams.get('input') ?? '')).toEqual({ id: 'eeg-1' });
  expect(texts[2]).toMatch(/-o eeg-1\.safetensors/);
  expect(texts[2]).toContain(`http://host:1/artifacts/${sha256}`);
});
