/**
 * Environment for Prisma's CLI. Generating needs no schema engine, but the CLI downloads one
 * unless a path is named, which a closed network refuses: any existing file will do.
 */
export function prismaEnvironment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  };
}
