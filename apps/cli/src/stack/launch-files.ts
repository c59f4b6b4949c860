import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { AppError } from '@starling/domain';
import { projectRoot } from '../project-root.ts';

/** Makes a child end when the channel to its parent closes; plain JavaScript, never built. */
export const preloadFile = join(projectRoot, 'apps/cli/bin/die-with-parent.js');

/** A built file of the project; throws what to run where it is missing. */
export function builtFile(path: string): string {
  const file = join(projectRoot, path);
  if (existsSync(file)) return file;
  throw new AppError('invalid-input', `${path} is not built — run npm run build`);
}

/** The program that serves the dashboard's build. */
export function nextProgram(): string {
  return createRequire(join(projectRoot, 'apps/dashboard/package.json')).resolve(
    'next/dist/bin/next',
  );
}
