import { AppError, type Principal } from '@starling/domain';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { decideAccess } from './decide-access.ts';
import { isForgeable, judgeOrigin } from './judge-origin.ts';
import type { PrincipalResolver } from './principal-resolver.ts';
import { findRouteRule, type RouteRule } from './route-rules.ts';
import { ridesOnCookie } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; null where nobody is known. Set before any handler runs. */
    principal: Principal | null;
  }
}

export interface RegisteredRoute {
  method: string;
  pattern: string;
}

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

const loopbackHost = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/**
 * A caller on this machine itself: no proxy in between, and no web page behind it. A page of a
 * name that was bound to this machine's address (DNS rebinding) comes from here and, on plain
 * HTTP, with no other mark than the name.
 */
function isDirectLoopback(request: FastifyRequest): boolean {
  const { headers } = request;
  return (
    loopback.has(request.socket.remoteAddress ?? '') &&
    loopbackHost.test(headers.host ?? '') &&
    headers['x-forwarded-for'] === undefined &&
    headers.forwarded === undefined &&
    headers.origin === undefined &&
    headers['sec-fetch-site'] === undefined
  );
}

function isNavigation(request: FastifyRequest): boolean {
  const { accept } = request.headers;
  return request.method === 'GET' && accept !== undefined && accept.includes('text/html');
}

function loginPath(request: FastifyRequest): string {
  return request.url === '/' ? '/login' : `/login?next=${encodeURIComponent(request.url)}`;
}

/** A change that a foreign page may have sent in the name of a browser that is logged in here. */
function isForged(rule: RouteRule, request: FastifyRequest): boolean {
  const { method, headers } = request;
  if (ridesOnCookie(headers)) return isForgeable(method, headers);
  return rule.kind === 'public' && method === 'POST' && judgeOrigin(headers) === 'foreign';
}

/**
 * Refuses by default: every route must have a rule before it can be registered, and every
 * request is judged by its route's rule before its body is read. Call it before any route
 * exists. Returns the routes as they are registered.
 */
export function guardRequests(
  fastify: FastifyInstance,
  resolver: () => PrincipalResolver,
): RegisteredRoute[] {
  const routes: RegisteredRoute[] = [];

  fastify.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) {
      if (findRouteRule(method, route.url) === undefined) {
        throw new Error(`${method} ${route.url} has no rule in access/route-rules.ts`);
      }
      routes.push({ method, pattern: route.url });
    }
  });

  fastify.decorateRequest('principal', null);

  fastify.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const pattern = request.routeOptions.url;
    const rule = pattern === undefined ? undefined : findRouteRule(request.method, pattern);
    if (rule === undefined) throw new AppError('not-found', 'there is nothing at this address');
    if (isForged(rule, request)) {
      throw new AppError(
        'forbidden',
        'the browser does not say that this request comes from this site; reload the page, or send a token instead of a cookie',
      );
    }
    // Public routes answer while the database is away, so they ask it nothing.
    const caller = rule.kind === 'public' ? null : await resolver().resolve(request.headers);
    request.principal = caller?.principal ?? null;
    const decision = decideAccess({
      rule,
      caller,
      isNavigation: isNavigation(request),
      isDirectLoopback: isDirectLoopback(request),
    });
    if (decision.kind === 'login') return reply.redirect(loginPath(request), 303);
    if (decision.kind === 'refuse') throw decision.error;
    return undefined;
  });

  return routes;
}
