import { AppError, type DatasetSummary, type ImportProgress } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import { ImportJob, type ImportPorts, type ImportState } from './import-job.ts';

const file = new File(['a,y\n1,0\n2,1\n'], 'data.csv');
const made = { name: 'data' } as DatasetSummary;

/** Ports whose answers the test gives; they write down what was asked. */
function ports(answers: { imports: (DatasetSummary | AppError)[] }) {
  const asked = { uploads: [] as string[], imports: [] as { requestId: string; all: string }[] };
  let watched: ((progress: ImportProgress) => void) | undefined;
  let requests = 0;
  const port: ImportPorts = {
    async upload(one, { onProgress }) {
      asked.uploads.push(one.name);
      onProgress(5);
      onProgress(one.size + 200);
      return `upl_${asked.uploads.length}`;
    },
    async importDataset({ requestId, options }) {
      asked.imports.push({ requestId, all: (options.files as { all: string }).all });
      watched?.({ stage: 'reading', rows: 1, bytesRead: 4, totalBytes: 12 });
      const answer = answers.imports.shift();
      if (answer === undefined) throw new Error('asked more often than answered');
      if (answer instanceof AppError) throw answer;
      return answer;
    },
    watch(_requestId, onProgress) {
      watched = onProgress;
      return () => {
        watched = undefined;
      };
    },
    createRequestId: () => `request-${++requests}`,
  };
  return { port, asked, isWatching: () => watched !== undefined };
}

const order = (name = 'data') => ({
  files: [{ role: 'all' as const, file }],
  toOptions: ({ all = '' }) => ({ name, files: { all }, label: 'y' }),
});

function record(job: ImportJob): ImportState[] {
  const states: ImportState[] = [];
  job.subscribe(() => states.push(job.state()));
  return states;
}

describe('an import', () => {
  it('goes through upload and import to a data set', async () => {
    const job = new ImportJob();
    const states = record(job);
    const { port, isWatching } = ports({ imports: [made] });
    await job.run(order(), port);
    expect(states.map(({ phase }) => phase)).toEqual([
      'uploading',
      'uploading',
      'uploading',
      'importing',
      'importing',
      'done',
    ]);
    const sent = states.flatMap((state) =>
      state.phase === 'uploading' ? (state.files[0]?.sentBytes ?? -1) : [],
    );
    expect(sent).toEqual([0, 5, file.size]);
    expect(states[4]).toMatchObject({ progress: { stage: 'reading', bytesRead: 4 } });
    expect(job.state()).toEqual({ phase: 'done', dataset: made });
    expect(isWatching()).toBe(false);
  });

  it('sends the very same request again where the answer was lost, and no file twice', async () => {
    const job = new ImportJob();
    const { port, asked } = ports({ imports: [new AppError('timed-out', 'lost'), made] });
    await job.run(order(), port);
    expect(job.state()).toMatchObject({ phase: 'failed', canAskAgain: true });
    await job.run(order(), port);
    expect(asked.uploads).toHaveLength(1);
    expect(asked.imports).toEqual([
      { requestId: 'request-1', all: 'upl_1' },
      { requestId: 'request-1', all: 'upl_1' },
    ]);
    expect(job.state().phase).toBe('done');
  });

  it('is a new request where the options changed in between', async () => {
    const job = new ImportJob();
    const { port, asked } = ports({ imports: [new AppError('timed-out', 'lost'), made] });
    await job.run(order('one'), port);
    await job.run(order('two'), port);
    expect(asked.imports.map(({ requestId }) => requestId)).toEqual(['request-1', 'request-2']);
  });

  it('uploads anew after a refusal, because the coordinator let the files go', async () => {
    const job = new ImportJob();
    const refusal = new AppError('invalid-dataset', 'row 2', {
      problems: [{ field: 'data.csv row 2', message: 'no number' }],
    });
    const { port, asked } = ports({ imports: [refusal, made] });
    await job.run(order(), port);
    expect(job.state()).toEqual({ phase: 'failed', error: refusal, canAskAgain: false });
    await job.run(order(), port);
    expect(asked.uploads).toHaveLength(2);
    expect(asked.imports.map(({ requestId }) => requestId)).toEqual(['request-1', 'request-2']);
  });

  it('stops while it uploads, and is then as if it had not begun', async () => {
    const job = new ImportJob();
    const { port, asked } = ports({ imports: [] });
    const hanging: ImportPorts = {
      ...port,
      upload: (_file, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    };
    const over = job.run(order(), hanging);
    job.stop();
    await over;
    expect(job.state()).toEqual({ phase: 'idle' });
    expect(asked.imports).toEqual([]);
  });

  it('is one at a time', async () => {
    const job = new ImportJob();
    const { port, asked } = ports({ imports: [made] });
    await Promise.all([job.run(order(), port), job.run(order('other'), port)]);
    expect(asked.imports).toHaveLength(1);
  });
});
