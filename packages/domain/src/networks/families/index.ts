import { inputError } from '../../errors/index.ts';
import type { Family, FamilyParameter } from '../family.ts';
import { trainingParameters } from '../training-parameters.ts';
import { cnn } from './cnn.ts';
import { mlp } from './mlp.ts';
import { presets } from './presets.ts';
import { rnn } from './rnn.ts';

/** Every family, those with parameters first. */
export const families: readonly Family[] = [mlp, cnn, rnn, ...presets];

/** A family by its id; throws an `invalid-input` AppError that lists those there are. */
export function familyOf(id: string): Family {
  const family = families.find((candidate) => candidate.id === id);
  if (family !== undefined) return family;
  throw inputError('invalid-input', [
    {
      field: 'family',
      message: 'there is no such family',
      value: id,
      fix: `use one of ${families.map((candidate) => candidate.id).join(', ')}`,
    },
  ]);
}

/** All parameters that a configuration of the family may have: its own, then those of training. */
export function parametersOf(family: Family): readonly FamilyParameter[] {
  return [...family.parameters, ...trainingParameters];
}
