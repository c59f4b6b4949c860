import { Worker } from 'node:worker_threads';
import { AppError, type ScoreRequest, type TestScore, type WireError } from '@starling/domain';
import type { ArtifactCache } from '../registry/artifact-cache.ts';
import type { ScoreTask } from './score-on-test.ts';

export type ScoreAnswer = { ok: true; score: TestScore } | { ok: false; error: WireError };

/** Run from source (tests), the thread loads sources too; built, it loads what was built. */
const isSource = import.meta.url.endsWith('.ts');

function runInThread(task: ScoreTask): Promise<ScoreAnswer> {
  const thread = new Worker(new URL(`./score-worker.${isSource ? 'ts' : 'js'}`, import.meta.url), {
    workerData: task,
    name: 'score',
    execArgv: isSource ? ['--conditions=starling-source'] : [],
  });
  return new Promise<ScoreAnswer>((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) => {
      reject(new AppError('internal', `the scoring thread ended with code ${code}`));
    });
  }).finally(() => thread.terminate());
}

/**
 * Scores networks on test splits, one after the other and beside the endpoints: a large
 * split delays no request.
 */
export function createScorer(
  artifacts: ArtifactCache,
): (request: ScoreRequest) => Promise<TestScore> {
  let queue: Promise<unknown> = Promise.resolve();

  async function score(request: ScoreRequest): Promise<TestScore> {
    const [datasetPath, weightsPath] = await Promise.all([
      artifacts.pathOf(request.datasetSha256),
      artifacts.pathOf(request.weightsSha256),
    ]);
    const answer = await runInThread({ request, datasetPath, weightsPath });
    if (answer.ok) return answer.score;
    throw AppError.fromWire(answer.error);
  }

  return (request) => {
    const result = queue.then(() => score(request));
    queue = result.catch(() => undefined);
    return result;
  };
}
