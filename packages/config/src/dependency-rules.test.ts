import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const rules = require.resolve('../dependency-rules.cjs');
const cruiser = join(import.meta.dirname, '../../../node_modules/.bin/depcruise');

/** Files of a small tree with one planted violation a rule. */
const planted: Record<string, string> = {
  'packages/protocol/src/index.ts': 'export type Ack = number;\n',
  'packages/domain/src/index.ts':
    "import type { Ack } from '../../protocol/src/index.ts';\nexport type Word = Ack;\nexport function close() {\n  using word = null;\n  return word;\n}\n",
  'packages/engine/src/index.ts': 'export const engine = 1;\n',
  'packages/api/src/server.ts': 'export const appRouter = 1;\n',
  'packages/testkit/src/index.ts': 'export const fake = 1;\n',
  'packages/search/src/index.ts': "export { a } from './a.ts';\n",
  'packages/search/src/a.ts': "import { b } from './b.ts';\nexport const a = () => b;\n",
  'packages/search/src/b.ts': "import { a } from './a.ts';\nexport const b = () => a;\n",
  'apps/worker/src/main.ts': 'export const main = 1;\n',
  'apps/coordinator/src/index.ts':
    "import { engine } from '../../../packages/engine/src/index.ts';\nimport type { main } from '../../worker/src/main.ts';\nimport { fake } from '../../../packages/testkit/src/index.ts';\nexport const all: [typeof main, number, number] = [1, engine, fake];\n",
  'apps/dashboard/src/Page.tsx':
    "import { appRouter } from '../../../packages/api/src/server.ts';\nimport { nothing } from './nowhere.ts';\nexport const page = <div>{appRouter + nothing}</div>;\n",
};

describe('dependency rules', () => {
  let folder: string;
  let violations: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'starling-rules-'));
    for (const [path, text] of Object.entries(planted)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    // Exits with the number of errors, so the output is read from the rejection.
    const { stdout } = await run(
      process.execPath,
      [cruiser, '--config', rules, '--output-type', 'json', 'packages', 'apps'],
      { cwd: folder, maxBuffer: 1 << 26 },
    ).catch((failure: { stdout: string }) => failure);
    const report = JSON.parse(stdout) as {
      summary: { violations: { from: string; rule: { name: string; severity: string } }[] };
    };
    violations = report.summary.violations.map(
      ({ from, rule }) => `${rule.severity} ${rule.name} ${from}`,
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    [
      'a type-only import out of the domain',
      'error domain-imports-nothing packages/domain/src/index.ts',
    ],
    [
      'training code in the coordinator',
      'error coordinator-never-trains apps/coordinator/src/index.ts',
    ],
    [
      'an app that imports an app, by type alone',
      'error apps-never-import-apps apps/coordinator/src/index.ts',
    ],
    ['a test fixture in shipped code', 'error testkit-only-in-tests apps/coordinator/src/index.ts'],
    ['the router in a page', 'error dashboard-not-the-router apps/dashboard/src/Page.tsx'],
    ['an import that leads nowhere', 'error imports-resolve apps/dashboard/src/Page.tsx'],
    ['a cycle', 'error no-cycles packages/search/src/a.ts'],
  ])('report %s', (_name, violation) => {
    expect(violations).toContain(violation);
  });
});
