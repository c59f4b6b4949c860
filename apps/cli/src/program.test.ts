import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SweepSpec } from '@starling/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveTarget } from './connection/connect.ts';
import { filesOf } from './datasets/add-dataset.ts';
import type { Environment } from './env.ts';
import { describeFailure } from './output/describe-failure.ts';
import type { Terminal } from './output/terminal.ts';
import { runProgram } from './program.ts';
import { projectRoot } from './project-root.ts';
import { loadSecrets } from './stack/secrets.ts';
import { readSpecFile, readSpecFiles } from './sweeps/read-spec-file.ts';
import { renderLeaderboard, reportSweep } from './sweeps/sweep-report.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...args: string[]) {
  const said = { out: '', err: '' };
  const terminal: Terminal = {
    out: (text) => {
      said.out += `${text}\n`;
    },
    err: (text) => {
      said.err += `${text}\n`;
    },
    isFancy: false,
    columns: 100,
  };
  return { status: await runProgram(args, terminal), ...said };
}

const nowhere = ['--url', 'http://127.0.0.1:9', '--token', 'none'];

describe('usage', () => {
  it('prints help and ends with 0', async () => {
    const { status, out } = await run('--help');
    expect(status).toBe(0);
    for (const command of [
      'up',
      'demo',
      'login-link',
      'dataset',
      'sweep',
      'trial',
      'model',
      'token',
      'worker',
      'fleet',
      'doctor',
    ]) {
      expect(out).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
    }
  });

  it.each([
    [['fly'], "unknown command 'fly'"],
    [['up', '--slots', 'many'], 'Use a whole number from 0 to 1024.'],
    [['up', '--port', '70000'], 'Use a whole number from 0 to 65535.'],
    [['sweep', 'run'], "missing required argument 'file'"],
    [['sweep', 'run', 'x.yaml', '--fast'], "unknown option '--fast'"],
    [['token', 'create', '--name', 'x', '--role', 'king'], 'Use one of admin, operator'],
    [['dataset', 'add', 'x'], "required option '--label <column>' not specified"],
    [['sweep', 'leaderboard', 'x', '--floor', '60'], 'Use a share from 0 to 1'],
    [['sweep', 'leaderboard', 'x', '--order', 'acuracy'], 'Did you mean accuracy? Use one of'],
    [['demo', '--label', 'y'], '--csv: is missing beside --label'],
    [['demo', '--csv', 'x.csv'], '--label: is missing beside --csv'],
    [['sweep', 'list', '--url', 'here', '--token', 'x'], '--url: is no http address (got here)'],
    [['load', 'swim', ...nowhere], 'lane: is not known (got swim) — use inference or api'],
    [['model', 'export', 'm', '--format', 'keras'], 'Use one of tfjs, onnx, safetensors.'],
    [
      ['model', 'export', 'm:x', '--format', 'onnx', ...nowhere],
      'write eeg, eeg@champion or eeg:3',
    ],
    [['model', 'alias', 'm', 'champion', ...nowhere], 'version: is missing — name the version'],
  ])('ends %j with 2 and says why', async (args, words) => {
    const { status, err, out } = await run(...args);
    expect(err).toContain(words);
    expect(out).toBe('');
    expect(status).toBe(2);
  });

  it('ends with 1 and a fix where nothing answers, in JSON too', async () => {
    const { status, err, out } = await run('sweep', 'list', '--json', ...nowhere);
    expect(status).toBe(1);
    expect(err).toContain('nothing answers at http://127.0.0.1:9 — start the stack');
    expect(JSON.parse(out).error.code).toBe('inference-unavailable');
  });
});

describe('where to connect', () => {
  const silent: Environment = {
    ...{ url: undefined, token: undefined, databaseUrl: undefined },
    isFancyAllowed: false,
  };

  it('takes flags before the environment, and the environment before the nearest stack', async () => {
    const stack = join(folder, '.starling');
    await loadSecrets(join(stack, 'secrets.json'));
    await writeFile(join(stack, 'credentials.json'), '{"url":"http://127.0.0.1:1","token":"t1"}');
    const below = join(folder, 'a/b');
    expect(await resolveTarget({}, silent, below)).toEqual({
      url: 'http://127.0.0.1:1',
      token: 't1',
    });
    const told = { ...silent, url: 'http://h:2', token: 't2' };
    expect(await resolveTarget({}, told, below)).toEqual({ url: 'http://h:2', token: 't2' });
    const flags = { url: 'http://h:3/', token: 't3' };
    expect(await resolveTarget(flags, told, below)).toEqual({ url: 'http://h:3', token: 't3' });
  });

  it('gives a worker the token of its role, if the stack left one', async () => {
    const stack = join(folder, '.starling');
    await mkdir(stack, { recursive: true });
    const own = { url: 'http://127.0.0.1:1', token: 't1', workerToken: 'w1' };
    await writeFile(join(stack, 'credentials.json'), JSON.stringify(own));
    const { url } = own;
    expect(await resolveTarget({}, silent, folder, 'workerToken')).toEqual({ url, token: 'w1' });
    expect(await resolveTarget({}, silent, folder)).toEqual({ url, token: 't1' });
    const told = { ...silent, token: 't2' };
    expect(await resolveTarget({}, told, folder, 'workerToken')).toEqual({ url, token: 't2' });
    const older = { url, token: 't1' };
    await writeFile(join(stack, 'credentials.json'), JSON.stringify(older));
    expect(await resolveTarget({}, silent, folder, 'workerToken')).toEqual(older);
  });

  it('sends a token only where it belongs', async () => {
    await expect(resolveTarget({ url: 'http://other:1' }, silent, folder)).rejects.toThrow(
      '--token: is needed for http://other:1',
    );
  });

  it('keeps secrets from other users, and over restarts', async () => {
    const file = join(folder, 'own/secrets.json');
    const first = await loadSecrets(file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await loadSecrets(file)).toEqual(first);
    expect(new Set(Object.values(first)).size).toBe(4);
  });
});

describe('a sweep’s file', () => {
  async function refused(text: string): Promise<string> {
    const file = join(folder, 'spec.yaml');
    await writeFile(file, text);
    const thrown: unknown = await readSpecFile(file).then(
      () => new Error('it was taken'),
      (error: unknown) => error,
    );
    const { exitCode, text: words } = describeFailure(thrown);
    expect(exitCode).toBe(2);
    return words.replaceAll(folder, '');
  }
  const good = 'name: a\ndataset: d\nbudget: { trials: 2, epochs: 3 }\n';

  const examples = ['demo', 'report', 'report-improved', 'report-seeds', 'sequences'];
  it.each(examples)('docs/examples/%s.yaml is taken', async (name) => {
    for (const { input } of await readSpecFiles(join(projectRoot, `docs/examples/${name}.yaml`))) {
      expect(input).toHaveProperty('budget');
      expect(input).toHaveProperty('dataset', expect.any(String));
    }
  });

  it('names file, line and column of broken YAML', async () => {
    expect(await refused('name: [a\nb: c\n')).toContain('/spec.yaml:2:1: ');
  });

  it('names the line of an unknown key', async () => {
    expect(await refused(`${good}spaces: {}\nspace: { families: { mlp: {} } }\n`)).toContain(
      '/spec.yaml:4: spaces: this key is not known — remove it or check its spelling',
    );
  });

  it('names the line of an impossible range', async () => {
    const text = `${good}space:\n  families:\n    mlp:\n      parameters:\n        width: { type: int, min: 9, max: 3 }\n`;
    expect(await refused(text)).toContain(
      '/spec.yaml:8: space.families.mlp.parameters.width.min: min must not be above max; swap them (got 9)',
    );
  });

  it('names the line of too many enqueued points', async () => {
    const points = '[{ family: mlp }, { family: mlp }, { family: mlp }]';
    expect(
      await refused(`${good}space: { families: { mlp: {} } }\nenqueue: ${points}\n`),
    ).toContain(
      '/spec.yaml:5: enqueue: holds 3 points, more than budget.trials (got 2) — raise budget.trials to 3',
    );
  });

  it('says what is wrong with a file that is not there', async () => {
    const { status, err } = await run('sweep', 'run', join(folder, 'none.yaml'), ...nowhere);
    expect(status).toBe(2);
    expect(err).toContain('FILE: does not exist');
  });

  it('refuses a bomb of aliases', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let n = 1; n < 9; n++) {
      lines.push(
        `a${n}: &a${n} [${Array(10)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
      );
    }
    expect(await refused(lines.join('\n'))).toContain('alias');
  });
});

describe('files of a data set', () => {
  const label = 'y';
  it('knows one file from three', () => {
    expect(filesOf('all.csv', { label }).map(({ role }) => role)).toEqual(['all']);
    const three = filesOf(undefined, { label, train: 't', validation: 'v', test: 'e' });
    expect(three.map(({ role }) => role)).toEqual(['train', 'validation', 'test']);
  });

  it.each([
    [undefined, { label }, '--train: is missing'],
    [undefined, { label, train: 't' }, '--validation: is missing'],
    ['all.csv', { label, train: 't' }, 'FILE: cannot be given beside --train'],
    [
      undefined,
      { label, train: 't', validation: 'v', split: '0.8/0.2' },
      '--split: is for one file',
    ],
    [undefined, { label, train: 't', validation: 'v', group: 'id' }, '--group: is for one file'],
  ])('refuses %j with %j', (file, flags, words) => {
    expect(() => filesOf(file, flags)).toThrow(words);
  });
});

describe('what a sweep ends with', () => {
  const row = {
    ...{ id: 'trl_1', sweepId: 'swp_1', sweepName: 's', number: 3, family: 'cnn' },
    status: 'completed' as const,
    configuration: { family: 'cnn', kernel: 5 },
    ...{ bestEpoch: 4, trainAccuracy: 0.95, validationAccuracy: 0.9, overfittingGap: 0.05 },
    ...{ parameters: 85_273, flops: 123_456, epochs: 10, seconds: 12.3, attempts: 1 },
    diagnosis: { kind: 'healthy' as const, reason: 'neither stands out' },
    ...{ rank: 1, isOnParetoFront: true },
  };
  const failed = {
    ...row,
    id: 'trl_2',
    rank: null,
    status: 'failed' as const,
    diagnosis: null,
    validationAccuracy: null,
  };

  it('is one object with exactly the promised keys', () => {
    const report = reportSweep({ id: 'swp_1', name: 's', status: 'completed' }, [row, failed]);
    expect(report.sweep).toEqual({ id: 'swp_1', name: 's', status: 'completed' });
    expect(Object.keys(report.trials[0] ?? {})).toEqual(
      'rank id number family status configuration bestEpoch trainAccuracy validationAccuracy overfittingGap parameters flops epochs seconds diagnosis attempts'.split(
        ' ',
      ),
    );
    expect(report.trials.map(({ diagnosis }) => diagnosis)).toEqual([
      'healthy: neither stands out',
      null,
    ]);
  });

  it('is a table with percent, points and counts', () => {
    const lines = renderLeaderboard([row, failed], false).split('\n');
    expect(lines[1]).toMatch(
      /1 +#3 +cnn +90\.0 % +95\.0 % +\+5\.0 +4\/10 +85,273 +123,456 +12 s +completed +healthy/,
    );
    expect(lines[2]).toMatch(/– +#3 +cnn +– .*failed +–/);
  });

  it('tells which rows keep the limits, and shows a goal once', () => {
    const goals: Pick<SweepSpec, 'objectives' | 'constraints' | 'evaluation'> = {
      objectives: [
        { metric: 'parameters', direction: 'minimize' },
        { metric: 'validationLoss', direction: 'minimize' },
      ],
      constraints: [{ metric: 'overfittingGap', max: 0.1 }],
      evaluation: 'starling',
    };
    const table = (...violations: number[]) =>
      renderLeaderboard(
        violations.map((by) => ({ ...row, objectiveValues: [85_273, 0.25], violations: [by] })),
        false,
        goals,
      );
    const mixed = table(-0.05, 0.2).split('\n');
    expect(mixed[0]).toMatch(/family +validationLoss +validation .* parameters .* limits$/);
    expect(mixed[1]).toMatch(/cnn +0\.25 +90\.0 % .* kept$/);
    expect(mixed[2]).toMatch(/ not kept$/);
    expect(mixed).toHaveLength(3);
    expect(table(0.1, 0.2)).toMatch(/\n\nno trial keeps the limit overfittingGap <= 0\.1$/);
  });
});
