import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '@starling/domain';
import type { FastifyRequest } from 'fastify';

export const secretHeader = 'x-starling-internal';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * A check that a request comes from the front door, which alone holds the secret. Digests
 * are compared, so that neither content nor length shows in the time that it takes.
 */
export function requireSecret(secret: string): (request: FastifyRequest) => void {
  const expected = digest(secret);
  return (request) => {
    const given = request.headers[secretHeader];
    if (typeof given === 'string' && timingSafeEqual(digest(given), expected)) return;
    throw new AppError(
      'unauthenticated',
      'this service is reached through the front door — send the request there, with a token',
    );
  };
}
