import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runProgram } from './program.ts';
import { projectRoot } from './project-root.ts';

/** Where people are told what to type. */
const places = ['README.md', 'docs/**/*.{md,yaml}', 'apps/*/src/**/*.tsx', 'apps/cli/src/**/*.ts'];

/** A command in backticks, in a shell's line, or alone on its line. */
const named = /(?:`|npx |\$ |^\s*(?:#\s+)?)starling ([a-z-]+)(?: ([a-z]+))?/gm;

async function findNamedCommands(): Promise<string[][]> {
  const found = new Map<string, string[]>();
  for await (const file of glob(places, { cwd: projectRoot })) {
    if (file.endsWith('.test.ts')) continue;
    for (const [, ...words] of (await readFile(join(projectRoot, file), 'utf8')).matchAll(named)) {
      const command = words.filter((word) => word !== undefined);
      found.set(command.join(' '), command);
    }
  }
  return [...found.values()];
}

/** Every command line that help lists, as words. */
async function listCommands(above: readonly string[] = []): Promise<string[]> {
  let help = '';
  const terminal = {
    out: (text: string) => {
      help += text;
    },
    err: () => {},
    isFancy: false,
    columns: 100,
  };
  await runProgram([...above, '--help'], terminal);
  const below = [...(help.split('Commands:\n')[1] ?? '').matchAll(/^ {2}([a-z-]+)/gm)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'help');
  const deeper = await Promise.all(below.map((name) => listCommands([...above, name])));
  return [...below.map((name) => [...above, name].join(' ')), ...deeper.flat()];
}

it('has every command that pages and documents name', async () => {
  const known = new Set(await listCommands());
  const commands = await findNamedCommands();
  expect(commands.length).toBeGreaterThan(10);
  // A second word is a command only below one that has commands.
  const isGroup = (name: string) => [...known].some((other) => other.startsWith(`${name} `));
  const unknown = commands
    .map(([name = '', below]) => (below !== undefined && isGroup(name) ? `${name} ${below}` : name))
    .filter((name) => !known.has(name));
  expect(unknown).toEqual([]);
});
