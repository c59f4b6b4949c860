import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@starling/runtime';
import type { Command } from 'commander';
import {
  addConnectionFlags,
  type CommonFlags,
  connected,
  type Kit,
  show,
  wholeNumber,
} from '../command-kit.ts';
import type { Connection } from '../connection/connect.ts';
import { childEnvironment } from '../env.ts';
import { QuietExit, usageError } from '../output/describe-failure.ts';
import { projectRoot } from '../project-root.ts';
import { defaultStackFolder, stackPaths } from '../stack/stack-paths.ts';
import { findOrInstallK6 } from './find-k6.ts';

const lanes = ['inference', 'api'] as const;
type Lane = (typeof lanes)[number];

interface LoadFlags extends CommonFlags {
  seconds: number;
  users: number;
  model?: string;
}

/** k6 exits with this when a threshold was crossed. */
const thresholdStatus = 99;

function checkLoopback(url: string): void {
  const { hostname } = new URL(url);
  if (['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) return;
  throw usageError(
    '--url',
    'is not on this machine, and load is sent to this machine alone',
    'name a stack on 127.0.0.1',
    url,
  );
}

/** The model to ask: the named one, or the first that there is. */
async function chooseModel({ api, call }: Connection, name: string | undefined): Promise<string> {
  const models = await call(api.models.list.query());
  const chosen = name === undefined ? models[0] : models.find((model) => model.name === name);
  if (chosen !== undefined) return chosen.name;
  throw usageError(
    '--model',
    name === undefined ? 'there is no model to ask yet' : 'there is no such model',
    'promote a trial first: starling model promote TRIAL --name NAME --alias champion',
    name,
  );
}

/** `starling load`: k6 against a running stack on this machine. */
export function addLoadCommand(program: Command, { terminal }: Kit): void {
  addConnectionFlags(program.command('load'))
    .description('send load to a stack on this machine with k6, and write a report')
    .argument('<lane>', lanes.join(' or '))
    .option('--seconds <n>', 'how long', wholeNumber(1, 600), 20)
    .option('--users <n>', 'how many ask at once', wholeNumber(1, 64), 4)
    .option('--model <name>', 'which model the inference lane asks')
    .action(
      connected(async (connection, flags: LoadFlags, lane: string) => {
        if (!lanes.includes(lane as Lane)) {
          throw usageError('lane', 'is not known', `use ${lanes.join(' or ')}`, lane);
        }
        checkLoopback(connection.url);
        const model = lane === 'inference' ? await chooseModel(connection, flags.model) : '';
        const k6 = await findOrInstallK6((line) => terminal.err(line));
        const { reports } = stackPaths(flags.data ?? defaultStackFolder);
        await mkdir(reports, { recursive: true });
        const stamp = new Date(systemClock.nowMs()).toISOString().replace(/[:.]/g, '-');
        const files = {
          html: join(reports, `load-${lane}-${stamp}.html`),
          json: join(reports, `load-${lane}-${stamp}.json`),
        };
        terminal.err(`k6: ${flags.users} users for ${flags.seconds} s against ${connection.url}`);
        const child = spawn(
          k6,
          ['run', '--no-usage-report', '--quiet', join(projectRoot, `tests/k6/${lane}.js`)],
          {
            stdio: ['ignore', flags.json === true ? 2 : 'inherit', 'inherit'],
            timeout: (flags.seconds + 90) * 1000,
            env: childEnvironment({
              LOAD_URL: connection.url,
              LOAD_TOKEN: connection.token,
              LOAD_MODEL: model,
              LOAD_SECONDS: String(flags.seconds),
              LOAD_USERS: String(flags.users),
              LOAD_REPORT_HTML: files.html,
              LOAD_REPORT_JSON: files.json,
              K6_NO_USAGE_REPORT: 'true',
            }),
          },
        );
        const status = await new Promise<number | null>((resolve, reject) => {
          child.once('error', reject);
          child.once('close', resolve);
        });
        const verdict =
          status === 0 ? 'held' : status === thresholdStatus ? 'crossed' : 'not measured';
        show(terminal, flags, { lane, thresholds: verdict, reports: files }, () =>
          [`thresholds ${verdict}`, `report: ${files.html}`, `numbers: ${files.json}`].join('\n'),
        );
        if (status !== 0) throw new QuietExit(1);
      }),
    );
}
