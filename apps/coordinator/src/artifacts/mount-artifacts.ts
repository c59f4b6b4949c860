import type { FileArtifactStore } from '@starling/datasets';
import { AppError, maximumUploadBytes } from '@starling/domain';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cutUnreadBody } from './cut-unread-body.ts';
import { parseRange } from './parse-range.ts';

/** A sender that is silent for so long has gone. */
const silenceMs = 60_000;

export interface ArtifactRoutes {
  store: FileArtifactStore;
  /** Remembers a stored artifact, so that rows may refer to it. Twice equals once. */
  record(entry: { sha256: string; bytes: number }): Promise<void>;
}

function hashOf(request: FastifyRequest): string {
  const { sha256 } = request.params as { sha256: string };
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw new AppError('invalid-input', 'name the artifact by its sha256 in lower-case hex');
  }
  return sha256;
}

/** An artifact never changes: whoever has it needs not ask again. */
function describe(reply: FastifyReply, sha256: string): FastifyReply {
  return reply
    .header('etag', `"${sha256}"`)
    .header('accept-ranges', 'bytes')
    .header('cache-control', 'private, max-age=31536000, immutable')
    .type('application/octet-stream');
}

async function send(
  store: FileArtifactStore,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const sha256 = hashOf(request);
  const found = await store.stat(sha256);
  if (found === undefined) throw new AppError('not-found', `there is no artifact ${sha256}`);
  if (request.headers['if-none-match']?.includes(`"${sha256}"`) === true) {
    return describe(reply, sha256).code(304).send();
  }
  const range = parseRange(request.headers.range, found.bytes);
  if (range === 'unsatisfiable') {
    return reply.code(416).header('content-range', `bytes */${found.bytes}`).send();
  }
  if (range !== undefined) {
    reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${found.bytes}`);
  }
  const bytes = range === undefined ? found.bytes : range.end - range.start + 1;
  describe(reply, sha256).header('content-length', bytes);
  if (request.method === 'HEAD') return reply.send();
  const { stream } = await store.open(sha256, range ?? {});
  return reply.send(stream);
}

async function receive(
  { store, record }: ArtifactRoutes,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const sha256 = hashOf(request);
  cutUnreadBody(request, reply);
  if (Number(request.headers['content-length'] ?? 0) > maximumUploadBytes) {
    throw new AppError('too-large', `an artifact may have at most ${maximumUploadBytes} bytes`);
  }
  request.raw.setTimeout(silenceMs, () => request.raw.destroy());
  const isNew = !(await store.has(sha256));
  // Even what is here already is read and checked: the sender's copy may be damaged.
  const entry = await store.put(request.raw, {
    expectedSha256: sha256,
    limitBytes: maximumUploadBytes,
  });
  await record(entry);
  return reply.code(isNew ? 201 : 200).send(entry);
}

/** `GET`, `HEAD` and `PUT /artifacts/:sha256`. */
export function mountArtifacts(fastify: FastifyInstance, routes: ArtifactRoutes): void {
  fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    const url = '/artifacts/:sha256';
    scope.route({
      method: ['GET', 'HEAD'],
      url,
      exposeHeadRoute: false,
      handler: (request, reply) => send(routes.store, request, reply),
    });
    scope.put(url, (request, reply) => receive(routes, request, reply));
  });
}
