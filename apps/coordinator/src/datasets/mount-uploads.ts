import { AppError } from '@starling/domain';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cutUnreadBody } from '../artifacts/cut-unread-body.ts';
import type { StagedUploads } from './staged-uploads.ts';

/** A sender that is silent for so long has gone. */
const silenceMs = 60_000;

function readName(request: FastifyRequest): string {
  const { name } = request.query as { name?: unknown };
  if (typeof name !== 'string' || name.trim() === '' || name.length > 255) {
    throw new AppError('invalid-input', 'name the file: POST /uploads?name=FILE', {
      problems: [{ field: 'name', message: 'must be 1 to 255 characters' }],
    });
  }
  // Only ever shown, never a path; still, a path in a message would only confuse.
  return name.replaceAll('\\', '/').split('/').at(-1) ?? name;
}

/** `POST /uploads?name=FILE`: the body is the file. Answers `{ uploadId, bytes }`. */
export function mountUploads(fastify: FastifyInstance, uploads: StagedUploads): void {
  fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.post('/uploads', async (request: FastifyRequest, reply: FastifyReply) => {
      cutUnreadBody(request, reply);
      const announced = request.headers['content-length'];
      uploads.checkAnnounced(announced === undefined ? undefined : Number(announced));
      const name = readName(request);
      request.raw.setTimeout(silenceMs, () => request.raw.destroy());
      const { uploadId, bytes } = await uploads.stage(request.raw, name);
      return reply.code(201).send({ uploadId, bytes });
    });
  });
}
