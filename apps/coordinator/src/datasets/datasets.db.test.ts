import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { toClientError } from '@starling/api/client';
import { AppError } from '@starling/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestCoordinator, type TestCoordinator } from '../testing/start-test-coordinator.ts';
import { type ImportEvent, ImportProgressBus } from './import-progress-bus.ts';

let coordinator: TestCoordinator;
beforeAll(async () => {
  coordinator = await startTestCoordinator();
  // Built-in data sets store artifacts as well: wait, so that counts below are ours.
  await coordinator.ready();
}, 60_000);
afterAll(() => coordinator.stop());

const operator = () => coordinator.client('operator');

async function upload(text: string, name = 'rows.csv'): Promise<string> {
  const response = await coordinator.fetch(`/uploads?name=${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: text,
    role: 'operator',
  });
  expect(response.status).toBe(201);
  const body = (await response.json()) as { uploadId: string; bytes: number };
  expect(body.bytes).toBe(Buffer.byteLength(text));
  return body.uploadId;
}

/** Two classes that one column tells apart. */
function rows(count: number, shift = 0): string {
  const lines = Array.from({ length: count }, (_, index) => {
    const isA = index % 2 === 0;
    return `${index + shift},${isA ? 1 : 9},${isA ? 'a' : 'b'}`;
  });
  return `x1,x2,y\n${lines.join('\n')}\n`;
}

let requests = 0;
const nextRequest = () => `request-${String(++requests).padStart(6, '0')}`;

async function failureOf(work: Promise<unknown>): Promise<AppError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeDefined();
  return toClientError(thrown);
}

/** Every file under the data folder and every row, so that a test can show that nothing stays. */
async function everythingKept() {
  const files = await readdir(coordinator.settings.dataFolder, {
    recursive: true,
    withFileTypes: true,
  });
  return {
    files: files
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name))
      .sort(),
    datasets: await coordinator.prisma.dataset.count(),
    artifacts: await coordinator.prisma.artifact.count(),
  };
}

describe('uploads', () => {
  it('refuses 2 GB at once, before it reads them', async () => {
    const before = await everythingKept();
    const startedMs = performance.now();
    let sent = 0;
    const answer = await new Promise<{ status: number; body: string }>((resolve, reject) => {
      const outgoing = request(
        `${coordinator.url}/uploads?name=big.csv`,
        {
          method: 'POST',
          headers: {
            authorization: `Bearer ${coordinator.tokens.operator}`,
            'content-type': 'application/octet-stream',
            'content-length': 2 * 1024 ** 3,
          },
        },
        (response) => {
          let body = '';
          response.on('data', (chunk: Buffer) => {
            body += chunk.toString();
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        },
      );
      outgoing.on('error', reject);
      outgoing.write(Buffer.alloc(64 * 1024), () => {
        sent += 1;
      });
      outgoing.once('response', () => outgoing.on('error', () => {}));
    });
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toMatchObject({
      error: { code: 'too-large', retryable: false },
    });
    expect(performance.now() - startedMs).toBeLessThan(2000);
    expect(sent).toBeLessThanOrEqual(1);
    expect(await everythingKept()).toEqual(before);
  });

  it('leaves nothing of an upload whose sender goes away', async () => {
    const before = await everythingKept();
    const outgoing = request(`${coordinator.url}/uploads?name=half.csv`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${coordinator.tokens.operator}`,
        'content-type': 'application/octet-stream',
        'content-length': 1_000_000,
      },
    });
    outgoing.on('error', () => {});
    outgoing.write(Buffer.alloc(300_000));
    await expect
      .poll(async () => (await everythingKept()).files.some((file) => file.endsWith('.partial')))
      .toBe(true);
    outgoing.destroy();
    await expect.poll(everythingKept).toEqual(before);
  });

  it('refuses an empty file and a missing name', async () => {
    const before = await everythingKept();
    const send = (path: string) =>
      coordinator.fetch(path, { method: 'POST', body: '', role: 'operator' });
    expect((await send('/uploads?name=empty.csv')).status).toBe(400);
    const nameless = await send('/uploads');
    expect(await nameless.json()).toMatchObject({ error: { problems: [{ field: 'name' }] } });
    expect(await everythingKept()).toEqual(before);
  });
});

describe('imports', () => {
  it('turn an upload into a data set, once a request, and tell how far they are', async () => {
    const events: ImportEvent[] = [];
    coordinator.app
      .get(ImportProgressBus, { strict: false })
      .subscribe((event) => events.push(event));
    const input = {
      requestId: nextRequest(),
      options: { name: 'plain', files: { all: await upload(rows(60)) }, label: 'y' },
    };
    const [first, twin] = await Promise.all([
      operator().datasets.import.mutate(input),
      operator().datasets.import.mutate(input),
    ]);
    const again = await operator().datasets.import.mutate(input);
    expect(again).toEqual(first);
    expect(twin).toEqual(first);
    expect(first).toMatchObject({ name: 'plain', source: 'upload', classNames: ['a', 'b'] });
    expect(first.splits.train.rows + first.splits.validation.rows).toBe(54);
    expect(events.at(-1)).toMatchObject({
      requestId: input.requestId,
      progress: { stage: 'done', rows: 60 },
    });
    expect(events.filter(({ progress }) => progress.stage === 'done')).toHaveLength(1);
    const { files } = await everythingKept();
    expect(files.filter((file) => !file.includes('/artifacts/'))).toEqual([]);

    const artifact = await coordinator.fetch(`/artifacts/${first.sha256}`, { role: 'worker' });
    expect((await artifact.arrayBuffer()).byteLength).toBe(first.bytes);
    const samples = await operator().datasets.samples.query({ id: first.id, limit: 3 });
    expect(samples).toHaveLength(3);
    expect(samples[0]?.values).toHaveLength(2);
    expect((await operator().datasets.get.query({ id: 'plain' })).id).toBe(first.id);
  });

  it('take one file a split', async () => {
    const files = {
      train: await upload(rows(40), 'T.csv'),
      validation: await upload(rows(10, 100), 'V.csv'),
    };
    const dataset = await operator().datasets.import.mutate({
      requestId: nextRequest(),
      options: { name: 'apart', files, label: 'y' },
    });
    expect(dataset.splits).toMatchObject({
      train: { rows: 40 },
      validation: { rows: 10 },
      test: null,
    });
  });

  it.each([
    ['a ragged row', `${rows(20)}1,2\n`, /row 22|line 22/],
    ['text among numbers', `${rows(20)}1,two,a\n`, /x2/],
    ['no such label', rows(20).replace('x1,x2,y', 'x1,x2,z'), /label|y/],
    ['one class only', rows(20).replaceAll(',b\n', ',a\n'), /class/],
    ['a NaN', `${rows(20)}NaN,1,a\n`, /x1/],
    ['UTF-16', Buffer.from(rows(20), 'utf16le').toString('latin1'), /encoding|UTF-8/i],
  ])('with %s fail, say where, and leave nothing', async (_what, text, place) => {
    const before = await everythingKept();
    const uploadId = await upload(text, 'broken.csv');
    const error = await failureOf(
      operator().datasets.import.mutate({
        requestId: nextRequest(),
        options: { name: 'broken', files: { all: uploadId }, label: 'y' },
      }),
    );
    expect(error.kind).toBe('user');
    expect(error.message).toMatch(place);
    expect(error.problems.length).toBeGreaterThan(0);
    expect(await everythingKept()).toEqual(before);
  });

  it('of an upload that is not there name the field', async () => {
    const error = await failureOf(
      operator().datasets.import.mutate({
        requestId: nextRequest(),
        options: { name: 'ghost', files: { all: 'upl_gone' }, label: 'y' },
      }),
    );
    expect(error.problems[0]).toMatchObject({ field: 'options.files.all', value: 'upl_gone' });
  });

  it('under a taken name conflict, and leave nothing', async () => {
    const before = await everythingKept();
    const error = await failureOf(
      operator().datasets.import.mutate({
        requestId: nextRequest(),
        options: { name: 'plain', files: { all: await upload(rows(30)) }, label: 'y' },
      }),
    );
    expect(error.code).toBe('conflict');
    expect(await everythingKept()).toEqual(before);
  });

  it('of the same content share one artifact', async () => {
    const before = await everythingKept();
    const dataset = await operator().datasets.import.mutate({
      requestId: nextRequest(),
      options: { name: 'plain-again', files: { all: await upload(rows(60)) }, label: 'y' },
    });
    const plain = await operator().datasets.get.query({ id: 'plain' });
    expect(dataset.sha256).toBe(plain.sha256);
    expect((await everythingKept()).files).toEqual(before.files);
    await operator().datasets.remove.mutate({ id: dataset.id });
    expect((await operator().datasets.samples.query({ id: plain.id })).length).toBe(6);
  });

  it('that are removed are gone, with a line in the audit log', async () => {
    const { id } = await operator().datasets.get.query({ id: 'apart' });
    await operator().datasets.remove.mutate({ id });
    expect((await failureOf(operator().datasets.get.query({ id }))).code).toBe('not-found');
    expect((await failureOf(operator().datasets.remove.mutate({ id }))).code).toBe('not-found');
    const { items } = await coordinator.client('admin').system.audit.query({ limit: 1 });
    expect(items[0]).toMatchObject({ action: 'dataset.remove', subject: id });
  });
});
