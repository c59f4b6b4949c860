import { join } from 'node:path';
import { stackFolderName } from '../connection/credentials.ts';
import { projectRoot } from '../project-root.ts';

export const defaultStackFolder = join(projectRoot, stackFolderName);

/** Of a worker that was started by hand; the stack's own has another. */
export const defaultWorkerFolder = join(defaultStackFolder, 'worker-by-hand');

/** Where a stack keeps what; everything lies below one folder. */
export function stackPaths(folder: string) {
  return {
    folder,
    /** URL and admin token, for commands on this machine. */
    credentials: join(folder, 'credentials.json'),
    /** Tokens and the secret that the parts share; stays over restarts. */
    secrets: join(folder, 'secrets.json'),
    /** Who supervises now. */
    state: join(folder, 'stack.json'),
    lock: join(folder, 'supervisor.lock'),
    logs: join(folder, 'logs'),
    postgres: join(folder, 'postgres'),
    coordinatorData: join(folder, 'data'),
    inferenceData: join(folder, 'inference'),
    workerData: join(folder, 'worker'),
    reports: join(folder, 'reports'),
  };
}
export type StackPaths = ReturnType<typeof stackPaths>;
