import { canTransitionTrial, trialOutcomes } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import { planCommand, type TrialCommand } from './plan-command.ts';

const commands: TrialCommand[] = ['pause', 'resume', 'cancel', 'stop'];

describe('planCommand', () => {
  it.each([
    ['pause', 'waiting', 'paused'],
    ['pause', 'running', 'interrupt pause'],
    ['pause', 'paused', 'none'],
    ['resume', 'waiting', 'none'],
    ['resume', 'running', 'none'],
    ['resume', 'paused', 'waiting'],
    ['cancel', 'waiting', 'cancelled'],
    ['cancel', 'running', 'cancelled'],
    ['cancel', 'paused', 'cancelled'],
    ['stop', 'waiting', 'cancelled'],
    ['stop', 'running', 'interrupt stop'],
    ['stop', 'paused', 'cancelled'],
  ] as const)('%s of a %s trial: %s', (command, status, expected) => {
    const effect = planCommand(command, status);
    const text =
      effect.kind === 'become'
        ? effect.to
        : effect.kind === 'interrupt'
          ? `interrupt ${effect.with}`
          : 'none';
    expect(text).toBe(expected);
  });

  it.each(commands.flatMap((command) => trialOutcomes.map((status) => [command, status] as const)))(
    '%s never changes a %s trial',
    (command, status) => {
      expect(planCommand(command, status)).toEqual({ kind: 'none' });
    },
  );

  it('asks only for steps that the table of trials has', () => {
    for (const command of commands) {
      for (const status of ['waiting', 'running', 'paused'] as const) {
        const effect = planCommand(command, status);
        if (effect.kind === 'become') expect(canTransitionTrial(status, effect.to)).toBe(true);
      }
    }
  });
});
