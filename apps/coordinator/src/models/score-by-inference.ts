import {
  AppError,
  parseInput,
  type ScoreRequest,
  type TestScore,
  testScoreSchema,
  wireErrorSchema,
} from '@starling/domain';
import { internalHeader } from '../front/plan-forward.ts';

/** Longest that one scoring may take. */
const scoringMs = 5 * 60_000;

/** Scores a network on the test split of its data set. */
export type ScoreOnTest = (request: ScoreRequest) => Promise<TestScore>;

async function readRefusal(response: Response): Promise<AppError> {
  const body: unknown = await response.json().catch(() => null);
  const wire = wireErrorSchema.safeParse(body);
  if (wire.success) return AppError.fromWire(wire.data);
  return new AppError(
    'inference-unavailable',
    `the inference service could not score the test split (status ${response.status})`,
  );
}

/** Asks the inference service, which alone can run networks; the coordinator trains nothing. */
export function scoreByInference(options: { url: string; secret: string }): ScoreOnTest {
  return async (request) => {
    let response: Response;
    try {
      response = await fetch(new URL('/internal/score', options.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', [internalHeader]: options.secret },
        body: JSON.stringify(request),
        signal: AbortSignal.timeout(scoringMs),
      });
    } catch (cause) {
      throw new AppError(
        'inference-unavailable',
        'the inference service does not answer, so the test split cannot be scored; try again',
        { cause },
      );
    }
    if (!response.ok) throw await readRefusal(response);
    return parseInput(testScoreSchema, await response.json());
  };
}
