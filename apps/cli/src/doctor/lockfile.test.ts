import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../project-root.ts';

it('the lockfile names the binaries of every platform, so that npm ci takes it', () => {
  const script = join(projectRoot, 'infra/scripts/complete-lockfile.mjs');
  const out = execFileSync(process.execPath, [script, '--check'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(out).toBe('package-lock.json is complete\n');
});
