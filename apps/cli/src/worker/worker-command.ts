import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import {
  addConnectionFlags,
  type CommonFlags,
  type Kit,
  oneOf,
  wholeNumber,
} from '../command-kit.ts';
import { resolveTarget } from '../connection/connect.ts';
import { childEnvironment, readEnvironment } from '../env.ts';
import { QuietExit } from '../output/describe-failure.ts';
import { builtFile, preloadFile } from '../stack/launch-files.ts';
import { defaultWorkerFolder } from '../stack/stack-paths.ts';
import { obtainEngine } from './install-engine.ts';
import { type EngineChoice, engineChoices, isOptional, readEngine } from './tfjs-engines.ts';

interface WorkerFlags extends CommonFlags {
  slots?: number;
  engine?: EngineChoice;
  install?: boolean;
  name?: string;
  cache: string;
}

/** `starling worker`: runs a worker here until it is stopped; SIGTERM drains it. */
export function addWorkerCommand(program: Command, { terminal }: Kit): void {
  addConnectionFlags(program.command('worker'), 'print what happens as JSON objects, one a line')
    .description('join a stack as a worker; Ctrl-C hands running trials back')
    .option('--slots <n>', 'jobs at a time (2; 1 for tfjs)', wholeNumber(1, 1024))
    .option(
      '--engine <name>',
      `${engineChoices.join(', ')} (kernels, or STARLING_ENGINE): tfjs trains packs of trials`,
      oneOf(engineChoices),
    )
    .option('--install', 'install the engine where it is missing, without a question')
    .option('--name <name>', 'shown on the fleet page', hostname())
    .option('--cache <folder>', 'where data sets and checkpoints are kept', defaultWorkerFolder)
    .action(async (flags: WorkerFlags) => {
      const environment = readEnvironment();
      const engine = flags.engine ?? readEngine(environment.engine);
      const tfjsFolder = isOptional(engine)
        ? await obtainEngine(engine, {
            named: environment.tfjsFolder,
            isInstallAsked: flags.install === true,
            terminal,
          })
        : undefined;
      const target = await resolveTarget(flags, environment, process.cwd(), 'workerToken');
      // One that is there keeps its mode: it may be shared on purpose.
      await mkdir(flags.cache, { recursive: true, mode: 0o700 });
      const child = spawn(
        process.execPath,
        ['--import', pathToFileURL(preloadFile).href, builtFile('apps/worker/dist/main.js')],
        {
          // Into a pipe a worker logs JSON; on a terminal, lines for people.
          stdio: ['ignore', flags.json === true ? 'pipe' : 'inherit', 'inherit', 'ipc'],
          detached: process.platform !== 'win32',
          env: childEnvironment({
            STARLING_URL: target.url,
            STARLING_TOKEN: target.token,
            STARLING_ENGINE: engine,
            ...(tfjsFolder !== undefined && { STARLING_TFJS_NODE: tfjsFolder }),
            STARLING_SLOTS: String(flags.slots ?? (engine === 'kernels' ? 2 : 1)),
            STARLING_WORKER_NAME: flags.name ?? hostname(),
            STARLING_DATA: flags.cache,
          }),
        },
      );
      if (child.stdout !== null) {
        createInterface({ input: child.stdout }).on('line', (line) => terminal.out(line));
      }
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        process.on(signal, () => {
          terminal.err('draining: running trials are checkpointed and handed back');
          child.kill('SIGTERM');
        });
      }
      const status = await new Promise<number>((resolve, reject) => {
        child.once('error', reject);
        // Everything that it said has been printed then.
        child.once('close', (code) => resolve(code ?? 1));
      });
      if (status !== 0) throw new QuietExit(1);
    });
}
