import { readEnvironment } from '@starling/runtime';
import { z } from 'zod';

const NAME = 'STARLING_TEST_DATABASE_URL';

const schema = z.object({
  /** A superuser's URL of a server for tests; without it an embedded one is started. */
  [NAME]: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
});

export function readServerUrl(): string | undefined {
  return readEnvironment(schema)[NAME];
}

/** Tells this process and those that it starts later where the test server is. */
export function announceServerUrl(url: string | undefined): void {
  if (url === undefined) delete process.env[NAME];
  else process.env[NAME] = url;
}
