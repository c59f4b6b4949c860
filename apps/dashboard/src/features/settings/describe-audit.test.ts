import { expect, it } from 'vitest';
import { describeAction, describeDetail, splitActor, subjectPath } from './describe-audit.ts';

it('actions have words, and unknown ones show as they are', () => {
  expect(describeAction('token.revoke')).toBe('revoked a token');
  expect(describeAction('something.new')).toBe('something.new');
});

it.each([
  ['sweep.pause', 'swp_1', '/sweeps/swp_1'],
  ['trial.stop', 'trl_1', '/trials/trl_1'],
  ['dataset.import', 'dst_1', '/datasets/dst_1'],
  ['dataset.remove', 'dst_1', null],
  ['worker.drain', 'wrk_1', '/fleet'],
  ['token.create', 'tok_1', null],
  ['model.alias.set', 'swp_net', '/models/swp_net'],
])('the page after %s of %s is %s', (action, subject, path) =>
  expect(subjectPath(action, subject)).toBe(path),
);

it('an actor is a name and a token, or as it is written', () => {
  expect(splitActor('ada (lovelace) (tok_1)')).toEqual({
    name: 'ada (lovelace)',
    tokenId: 'tok_1',
  });
  expect(splitActor('Starling')).toEqual({ name: 'Starling', tokenId: null });
});

it('detail is one line, without what is empty', () => {
  expect(describeDetail({ name: 'eeg', rows: 3, note: null, alias: '' })).toBe('name eeg · rows 3');
});
