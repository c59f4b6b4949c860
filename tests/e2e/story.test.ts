import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type TestStack } from '../support/stack.ts';
import { finish, launch } from '../support/sweeps.ts';

describe('the synthetic signals', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startStack({ slots: 2 });
  });
  afterAll(() => stack?.stop());

  it('tell the story of the report: the plain MLP underfits, the CNN overfits', async () => {
    const sweepId = await launch(stack, {
      name: 'story',
      dataset: 'eeg-synthetic',
      budget: { trials: 2, epochs: 20 },
      space: { parameters: {}, families: { 'mlp-baseline': { weight: 0 } } },
      enqueue: [
        { family: 'mlp-baseline', standardise: false },
        { family: 'cnn-baseline', standardise: false },
      ],
    });
    const [mlp, cnn] = await finish(stack, sweepId, 120_000);
    expect(mlp?.diagnosis?.kind, mlp?.diagnosis?.reason).toBe('high-bias');
    expect(cnn?.diagnosis?.kind, cnn?.diagnosis?.reason).toBe('high-variance');
    expect(cnn?.validationAccuracy ?? 0).toBeGreaterThan((mlp?.validationAccuracy ?? 1) + 0.2);
    const last = cnn?.reports.at(-1);
    expect((last?.trainAccuracy ?? 0) - (last?.validationAccuracy ?? 1)).toBeGreaterThan(0.15);
    const dataset = await stack.api.datasets.get.query({ id: 'eeg-synthetic' });
    expect(dataset.isSynthetic).toBe(true);
  });
});
