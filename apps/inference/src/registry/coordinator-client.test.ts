import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sleep } from '@starling/runtime';
import { expect, it } from 'vitest';
import { createCoordinatorClient } from './coordinator-client.ts';

/** Collects garbage now, and lets the callbacks of what was collected run. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 5; round++) {
    collect();
    await sleep(10);
  }
}

it('gives an artifact whole, however late it is read', async () => {
  const bytes = randomBytes(50_000);
  const server = createServer((_request, response) => response.end(bytes));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const client = createCoordinatorClient({ url: `http://127.0.0.1:${port}`, token: 'any' });
    const content = await client.fetchArtifact('0'.repeat(64));
    await collectGarbage();
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
