import { join } from 'node:path';
import type { DatasetSummary } from '@starling/domain';
import type { Command } from 'commander';
import type { Kit } from '../command-kit.ts';
import { type Connection, connectTo } from '../connection/connect.ts';
import { createImportProgress } from '../datasets/dataset-commands.ts';
import { QuietExit, usageError } from '../output/describe-failure.ts';
import type { Terminal } from '../output/terminal.ts';
import { projectRoot } from '../project-root.ts';
import { describeEvent, loginLink, openStack } from '../stack/up.ts';
import { addUpFlags, type UpFlags } from '../stack/up-flags.ts';
import type { ProgressDisplay } from '../sweeps/progress-display.ts';
import { readSpecFile } from '../sweeps/read-spec-file.ts';
import { createSweep, loadBoard, watchToEnd } from '../sweeps/run-sweep.ts';
import { renderLeaderboard, reportSweep } from '../sweeps/sweep-report.ts';
import { importUserFile, waitForBuiltIn } from './demo-dataset.ts';
import { demoSpecFor } from './demo-spec.ts';

interface DemoFlags extends UpFlags {
  exit?: boolean;
  csv?: string;
  label?: string;
  json?: boolean;
}

async function prepareData(
  connection: Connection,
  flags: DemoFlags,
  terminal: Terminal,
): Promise<{ dataset: DatasetSummary; spec: Parameters<typeof createSweep>[1] }> {
  if (flags.csv !== undefined && flags.label !== undefined) {
    const progress = createImportProgress(terminal);
    try {
      const dataset = await importUserFile(
        connection,
        flags.csv,
        flags.label,
        progress,
        (columns) => terminal.err(`left out, since they hold text: ${columns.join(', ')}`),
      );
      return { dataset, spec: { input: demoSpecFor(dataset), locate: (error) => error } };
    } finally {
      progress.end();
    }
  }
  const spec = await readSpecFile(join(projectRoot, 'docs/examples/demo.yaml'));
  return { dataset: await waitForBuiltIn(connection), spec };
}

function checkFlags(flags: DemoFlags): void {
  if ((flags.csv === undefined) === (flags.label === undefined)) return;
  throw flags.csv === undefined
    ? usageError('--csv', 'is missing beside --label', 'name the file: --csv FILE --label COLUMN')
    : usageError('--label', 'is missing beside --csv', 'name the column of the label');
}

/** `starling demo`: the stack, a sweep on it, the ranked table and one address. */
export function addDemoCommand(program: Command, { terminal }: Kit): void {
  addUpFlags(program.command('demo'))
    .description('start the stack, run a sweep on it, show the table')
    .option('--exit', 'stop everything when the table is printed')
    .option('--csv <file>', 'run it on this file instead of the synthetic data')
    .option('--label <column>', 'the label’s column in that file')
    .option('--json', 'print one JSON value')
    .action(async (flags: DemoFlags) => {
      checkFlags(flags);
      let display: ProgressDisplay | undefined;
      const stack = await openStack(flags, terminal, (event) => {
        const line = describeEvent(event, terminal.isFancy);
        if (line === undefined) return;
        if (display === undefined) terminal.err(line);
        else display.note(line);
      });
      const ending = new AbortController();
      stack.closed.then(
        () => ending.abort(new QuietExit(130)),
        (error) => ending.abort(error),
      );
      try {
        const connection = connectTo(stack.target);
        const { dataset, spec } = await prepareData(connection, flags, terminal);
        const created = await createSweep(connection, spec);
        await watchToEnd(connection, created.id, terminal, {
          signal: stack.isOwn ? ending.signal : new AbortController().signal,
          onDisplay: (made) => {
            display = made;
          },
        });
        display = undefined;
        const { sweep, rows } = await loadBoard(connection, created.id);
        const link = await loginLink(stack.target);
        if (flags.json === true) {
          terminal.out(JSON.stringify({ ...reportSweep(sweep, rows), url: link }, null, 2));
        } else {
          terminal.out('');
          terminal.out(renderLeaderboard(rows, terminal.isFancy));
          terminal.out(
            dataset.isSynthetic
              ? `\n${dataset.name} is synthetic data, made by a generator: these figures say nothing about real recordings.`
              : `\nvalidation figures on ${dataset.name}; its test split is untouched until a trial is promoted.`,
          );
          if (flags.exit !== true) terminal.out(`\nopen ${link}`);
        }
        if (sweep.status !== 'completed') {
          terminal.err(`the sweep was ${sweep.status}: ${sweep.reason ?? 'no reason was given'}`);
        }
        if (flags.exit !== true && stack.isOwn) {
          terminal.err('the stack stays up; Ctrl-C stops it');
          await stack.closed;
        } else {
          await stack.close();
        }
        if (sweep.status !== 'completed') throw new QuietExit(1);
      } catch (error) {
        // An end that the user asked for is waited for; anything else ends the stack too.
        await stack.close();
        throw error;
      }
    });
}
