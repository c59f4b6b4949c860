import { readFile } from 'node:fs/promises';
import { createToken } from '@starling/runtime';
import { z } from 'zod';
import { writePrivately } from '../connection/credentials.ts';

const secretsSchema = z.object({
  adminToken: z.string().min(24),
  workerToken: z.string().min(24),
  inferenceToken: z.string().min(24),
  internalSecret: z.string().min(24),
});
export type StackSecrets = z.output<typeof secretsSchema>;

/** The stack's secrets: those of the last start, or new ones in a file for its owner alone. */
export async function loadSecrets(file: string): Promise<StackSecrets> {
  try {
    return secretsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    const secrets: StackSecrets = {
      adminToken: createToken(),
      workerToken: createToken(),
      inferenceToken: createToken(),
      internalSecret: createToken(),
    };
    await writePrivately(file, `${JSON.stringify(secrets, null, 2)}\n`);
    return secrets;
  }
}
