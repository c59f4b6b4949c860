import { parentPort, workerData } from 'node:worker_threads';
import { toAppError } from '@starling/domain';
import type { ScoreAnswer } from './score-in-thread.ts';
import { type ScoreTask, scoreOnTest } from './score-on-test.ts';

const answer = await scoreOnTest(workerData as ScoreTask).then(
  (score): ScoreAnswer => ({ ok: true, score }),
  (error: unknown): ScoreAnswer => ({ ok: false, error: toAppError(error).toWire() }),
);
parentPort?.postMessage(answer);
