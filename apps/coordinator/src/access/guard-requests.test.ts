import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { guardRequests } from './guard-requests.ts';
import type { PrincipalResolver } from './principal-resolver.ts';

const nobody = (): PrincipalResolver =>
  ({ resolve: async () => null }) as unknown as PrincipalResolver;

it('a route that the table does not know cannot be registered', () => {
  const fastify = Fastify();
  guardRequests(fastify, nobody);
  expect(() => fastify.get('/forgotten', () => 'open to all')).toThrow(
    'GET /forgotten has no rule in access/route-rules.ts',
  );
});

it('a known path under an unknown method cannot be registered either', () => {
  const fastify = Fastify();
  guardRequests(fastify, nobody);
  expect(() => fastify.delete('/registry/models', () => 'gone')).toThrow(/has no rule/);
});

it('an address that nothing serves is refused before anybody asks who calls', async () => {
  const fastify = Fastify();
  guardRequests(fastify, () => {
    throw new Error('asked');
  });
  const response = await fastify.inject('/nowhere');
  expect(response.body).toContain('there is nothing at this address');
});
