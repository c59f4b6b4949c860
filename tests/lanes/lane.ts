import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Prerequisite, projectRoot } from './prerequisites.ts';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export interface Lane {
  name: string;
  needs?: Prerequisite[];
  run(): Promise<Counts>;
}

const SLOW_COMMAND_MS = 40 * 60_000;

/** Runs a command in the project's root with its output shown; resolves to the exit status. */
export function runCommand(
  command: string,
  arguments_: string[],
  environment: Record<string, string> = {},
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, arguments_, {
      cwd: projectRoot,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...environment },
      timeout: SLOW_COMMAND_MS,
    });
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(127);
    });
    child.on('close', (status) => resolve(status ?? 1));
  });
}

const bin = (name: string): string => join(projectRoot, 'node_modules/.bin', name);

/** A check that passes or fails as a whole. */
export function commandLane(name: string, command: string, ...arguments_: string[]): Lane {
  return {
    name,
    async run() {
      const status = await runCommand(bin(command), arguments_);
      return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
    },
  };
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numFailedTestSuites: number;
}

/** Tests of some Vitest projects; a run without a single passed test counts as failed. */
export function vitestLane(name: string, projects: string[], needs: Prerequisite[] = []): Lane {
  return {
    name,
    needs,
    async run() {
      const folder = await mkdtemp(join(tmpdir(), 'starling-lane-'));
      const file = join(folder, 'report.json');
      try {
        const status = await runCommand(bin('vitest'), [
          'run',
          ...projects.flatMap((project) => ['--project', project]),
          '--reporter=default',
          '--reporter=json',
          `--outputFile.json=${file}`,
        ]);
        const report = await readFile(file, 'utf8').then(
          (text) => JSON.parse(text) as VitestReport,
          () => undefined,
        );
        if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
        const { numPassedTests: passed, numPendingTests, numTodoTests } = report;
        const isBroken = status !== 0 || passed === 0;
        return {
          passed,
          failed: Math.max(report.numFailedTests, isBroken ? 1 : 0),
          skipped: numPendingTests + numTodoTests,
        };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
