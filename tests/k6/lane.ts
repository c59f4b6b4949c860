import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startStack } from '../support/stack.ts';
import { finish, launch } from '../support/sweeps.ts';

/**
 * The load lane of `npm test`: both k6 scripts, shortly, against a stack of its own. Ends with
 * 75 where neither k6 nor Go, which builds it, is on this machine.
 */
const skipped = 75;

function isInstalled(program: string): boolean {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    join(homedir(), 'go/bin'),
    join(homedir(), '.cache/starling/bin'),
  ];
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)));
}

async function main(): Promise<number> {
  if (!isInstalled('k6') && !isInstalled('go')) {
    console.log('skipped: no k6 here, and no Go to build it with; install one of them');
    return skipped;
  }
  const stack = await startStack({ slots: 2 });
  try {
    const sweepId = await launch(stack, {
      name: 'load',
      dataset: 'eeg-synthetic',
      budget: { trials: 2, epochs: 1 },
      space: { families: { mlp: {}, cnn: {} } },
      enqueue: [{ family: 'cnn-baseline' }, { family: 'mlp-baseline' }],
    });
    const [trial] = await finish(stack, sweepId);
    await stack.api.models.promote.mutate({
      ...{ trialId: trial?.id ?? '', name: 'load', alias: 'champion' },
    });
    let failures = 0;
    for (const lane of ['inference', 'api']) {
      const run = await stack.starling(
        ...['load', lane, '--seconds', '8', '--users', '4', '--data', stack.folder],
      );
      console.log(run.stdout, run.stderr);
      if (run.status !== 0) failures++;
    }
    return failures === 0 ? 0 : 1;
  } finally {
    await stack.stop();
  }
}

process.exitCode = await main();
