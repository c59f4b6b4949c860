import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createTestService,
  type FakeCoordinator,
  headers,
  startFakeCoordinator,
  trainAndPublish,
} from '../testing/serving-fixture.ts';

let fake: FakeCoordinator;
let service: Awaited<ReturnType<typeof createTestService>>;

beforeAll(async () => {
  fake = await startFakeCoordinator();
  await trainAndPublish(fake, {
    ...{ name: 'slope', kind: 'signal' },
    configuration: { family: 'mlp', depth: 0 },
  });
  await trainAndPublish(fake, {
    ...{ name: 'visits', kind: 'sequence' },
    configuration: { family: 'rnn', hidden: 4 },
  });
  service = await createTestService(fake, { bodyLimitBytes: 8192 });
}, 60_000);

afterAll(async () => {
  await service.close();
  await fake.close();
});

const row = [1, 2, 3, 4, 5, 6];
const input = { name: 'input', shape: [1, 6], datatype: 'FP32', data: row };
const one = (change: object) => ({ inputs: [{ ...input, ...change }] });
const steps = { name: 'input', shape: [1, 2, 2], datatype: 'FP32', data: [1, 2, 3, 4] };
const lengths = { name: 'lengths', shape: [1], datatype: 'INT64', data: [2] };

async function refusal(model: string, payload: string | object, contentType = 'application/json') {
  const answer = await service.app.inject({
    method: 'POST',
    url: `/v2/models/${model}/infer`,
    headers: { ...headers, 'content-type': contentType },
    payload,
  });
  expect(Object.keys(answer.json())).toEqual(['error']);
  return { status: answer.statusCode, error: answer.json().error as string };
}

const signals: [string, object, string][] = [
  ['no inputs', {}, 'inputs: '],
  ['an empty list of inputs', { inputs: [] }, 'send the tensor named input'],
  ['an unknown key', { ...one({}), batch: 1 }, 'batch: this key is not known'],
  ['an unknown key of a tensor', one({ dtype: 'FP32' }), 'inputs.0.dtype: this key is not known'],
  [
    'an input of another name',
    one({ name: 'x' }),
    'inputs.0.name: the model has no such input (got x)',
  ],
  ['the same input twice', { inputs: [input, input] }, 'inputs.1.name: is there twice'],
  [
    'lengths for a signal',
    { inputs: [input, lengths] },
    'inputs.1.name: the model has no such input',
  ],
  ['a datatype that is none', one({ datatype: 'float' }), 'inputs.0.datatype: use one of FP32'],
  ['a datatype of text', one({ datatype: 'BYTES' }), 'inputs.0.datatype: use one of FP32'],
  ['a shape of other width', one({ shape: [1, 5] }), 'got [1, 5]) — send [n, 6]'],
  [
    'a shape without rows',
    one({ shape: [0, 6], data: [] }),
    'inputs.0.shape.0: must be at least 1',
  ],
  ['a negative shape', one({ shape: [-1, 6] }), 'inputs.0.shape.0'],
  ['a broken shape', one({ shape: [1.5, 6] }), 'inputs.0.shape.0'],
  ['a flat shape', one({ shape: [6] }), 'is not the shape that the model takes'],
  [
    'too few values',
    one({ data: [1, 2] }),
    'inputs.0.data: holds 2 values where shape [1, 6] needs 6',
  ],
  ['a huge shape over few values', one({ shape: [1e9, 6] }), 'needs 6000000000'],
  [
    'too few rows, nested',
    one({ shape: [2, 6], data: [row] }),
    'holds 1 values where shape [2, 6] says 2',
  ],
  ['a ragged row', one({ shape: [2, 6], data: [row, [1]] }), 'inputs.0.data.1: holds 1 values'],
  [
    'nesting too shallow',
    one({ shape: [2, 6], data: [row, 7] }),
    'inputs.0.data.1: must be an array of 6',
  ],
  [
    'nesting too deep',
    one({ data: [[[1], 2, 3, 4, 5, 6]] }),
    'inputs.0.data.0.0: must be a number',
  ],
  ['data that is no array', one({ data: 'AAAA' }), 'inputs.0.data: send the values as an array'],
  [
    'text among numbers',
    one({ data: [1, 2, '3', 4, 5, 6] }),
    'inputs.0.data.2: must be a number (got "3")',
  ],
  [
    'a missing value',
    one({ data: [1, 2, null, 4, 5, 6] }),
    'inputs.0.data.2: must be a number (got null)',
  ],
  [
    'a value beyond FP32',
    one({ data: [1e39, 2, 3, 4, 5, 6] }),
    'inputs.0.data.0: is beyond what FP32 holds',
  ],
  [
    'a fraction as INT64',
    one({ datatype: 'INT64', data: [1.5, 2, 3, 4, 5, 6] }),
    'inputs.0.data.0: is no INT64',
  ],
  [
    '300 as INT8',
    one({ datatype: 'INT8', data: [300, 2, 3, 4, 5, 6] }),
    'whole numbers from -128 to 127',
  ],
  [
    '-1 as UINT8',
    one({ datatype: 'UINT8', data: [-1, 2, 3, 4, 5, 6] }),
    'inputs.0.data.0: is no UINT8',
  ],
  ['binary data', one({ parameters: { binary_data_size: 24 } }), 'binary tensors are not read'],
  [
    'an unknown output',
    { ...one({}), outputs: [{ name: 'scores' }] },
    'outputs.0.name: the model has no such output (got scores) — use probabilities',
  ],
  [
    'binary output',
    { ...one({}), outputs: [{ name: 'class', parameters: { binary_data: true } }] },
    'binary tensors are not served',
  ],
  ['an id that is no text', { ...one({}), id: 7 }, 'id: '],
];

it.each(signals)('refuses %s', async (_what, payload, words) => {
  const { status, error } = await refusal('slope', payload);
  expect(error).toContain(words);
  expect(status).toBe(400);
});

const sequences: [string, object, string][] = [
  ['a sequence as a flat row', { inputs: [{ ...steps, shape: [1, 4] }] }, 'send [n, steps, 2]'],
  ['steps of other width', { inputs: [{ ...steps, shape: [1, 4, 1] }] }, 'send [n, steps, 2]'],
  [
    'a sequence without steps',
    { inputs: [{ ...steps, shape: [1, 0, 2], data: [] }] },
    'inputs.0.shape.1',
  ],
  [
    'a sequence without end',
    { inputs: [{ ...steps, shape: [1, 1025, 2], data: Array(2050).fill(1) }] },
    'inputs.0.shape.1: is more steps than the model takes, 1024',
  ],
  [
    'lengths as floats',
    { inputs: [steps, { ...lengths, datatype: 'FP32' }] },
    'inputs.1.datatype: lengths are whole numbers',
  ],
  [
    'too many lengths',
    { inputs: [steps, { ...lengths, shape: [2], data: [1, 2] }] },
    'one value for each row',
  ],
  [
    'a length of 0',
    { inputs: [steps, { ...lengths, data: [0] }] },
    'inputs.1.data.0: must be from 1 to the 2 steps',
  ],
  [
    'a length beyond the padding',
    { inputs: [steps, { ...lengths, data: [3] }] },
    'inputs.1.data.0: must be from 1 to the 2 steps',
  ],
  ['lengths without input', { inputs: [lengths] }, 'the tensor named input is missing'],
];

it.each(sequences)('refuses %s', async (_what, payload, words) => {
  const { status, error } = await refusal('visits', payload);
  expect(error).toContain(words);
  expect(status).toBe(400);
});

it('refuses JSON that is broken', async () => {
  const { status, error } = await refusal('slope', '{"inputs": [');
  expect(status).toBe(400);
  expect(error).toContain('body: ');
});

it('refuses an empty body', async () => {
  expect((await refusal('slope', '')).status).toBe(400);
});

it('refuses a list as the body', async () => {
  const { status, error } = await refusal('slope', [input]);
  expect(status).toBe(400);
  expect(error).toContain('(the whole input)');
});

it('refuses a body of another type', async () => {
  const { status, error } = await refusal('slope', 'a,b\n1,2\n', 'text/csv');
  expect(status).toBe(415);
  expect(error).toContain('Content-Type: application/json');
});

it('refuses a body beyond the limit', async () => {
  const { status, error } = await refusal('slope', one({ data: Array(8000).fill(1) }));
  expect(status).toBe(413);
  expect(error).toContain('8192 bytes');
});
