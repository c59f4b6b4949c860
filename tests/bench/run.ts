import { runTraining } from './training/run-training.ts';

/**
 * `npm run bench -- <name> [--json]`: measures, prints a table or, with --json, an array. Nothing
 * here is a test: a slow machine gives other numbers, never a failure.
 */
const benches: Record<string, (options: string[]) => Promise<void>> = { training: runTraining };

const [name = '', ...options] = process.argv.slice(2);
const bench = benches[name];
if (bench === undefined) {
  console.error(
    `no bench is called ${name || '(nothing)'}; there are: ${Object.keys(benches).join(', ')}`,
  );
  process.exitCode = 2;
} else {
  await bench(options);
}
