import { AppError } from '../errors/index.ts';
import type { Configuration } from '../sweeps/space-spec.ts';

function missing(name: string, expected: string): AppError {
  return new AppError(
    'internal',
    `parameter ${name} of a resolved configuration is no ${expected}`,
  );
}

/** A number of a resolved configuration. */
export function numberIn(configuration: Configuration, name: string): number {
  const value = configuration[name];
  if (typeof value !== 'number') throw missing(name, 'number');
  return value;
}

/** A text of a resolved configuration. */
export function textIn(configuration: Configuration, name: string): string {
  const value = configuration[name];
  if (typeof value !== 'string') throw missing(name, 'text');
  return value;
}

/** A boolean of a resolved configuration. */
export function flagIn(configuration: Configuration, name: string): boolean {
  const value = configuration[name];
  if (typeof value !== 'boolean') throw missing(name, 'boolean');
  return value;
}
