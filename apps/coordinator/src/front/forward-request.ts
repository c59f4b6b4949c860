import { Agent, type IncomingMessage, request as sendRequest } from 'node:http';
import { Agent as SecureAgent, request as sendSecureRequest } from 'node:https';
import { pipeline } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  checkForwardedPath,
  type ForwardRule,
  planRequestHeaders,
  planResponseHeaders,
} from './plan-forward.ts';

export interface ForwardTarget {
  /** Base address; only its scheme, host and port count. */
  url: string;
  rule: ForwardRule;
  /** Milliseconds of silence after which the target counts as down. */
  silenceMs: number;
}

/** Why a target did not answer. */
export class TargetDownError extends Error {
  override name = 'TargetDownError';
}

const bodiless = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Passes requests on to one service and its answers back, streaming both ways. No retries: the
 * caller knows better whether its request may be sent twice.
 */
export function createForwarder(target: ForwardTarget) {
  const { protocol, hostname, port } = new URL(target.url);
  const isSecure = protocol === 'https:';
  const agent = isSecure
    ? new SecureAgent({ keepAlive: true, maxSockets: 512 })
    : new Agent({ keepAlive: true, maxSockets: 512 });
  const send = isSecure ? sendSecureRequest : sendRequest;

  /** Resolves with the target's answer head; rejects with `TargetDownError` where there is none. */
  function exchange(request: FastifyRequest, reply: FastifyReply): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = send({
        agent,
        protocol,
        // An IPv6 address in a URL wears brackets that a socket does not know.
        hostname: hostname.replace(/^\[|\]$/g, ''),
        port,
        method: request.method,
        path: request.raw.url ?? '/',
        timeout: target.silenceMs,
        headers: planRequestHeaders(
          request.headers,
          { address: request.ip, protocol: request.protocol },
          target.rule,
        ),
      });
      outgoing.once('response', resolve);
      outgoing.once('timeout', () => outgoing.destroy(new Error('no answer in time')));
      outgoing.on('error', (error) => reject(new TargetDownError(error.message, { cause: error })));
      reply.raw.once('close', () => outgoing.destroy());
      if (bodiless.has(request.method)) {
        outgoing.end();
      } else {
        // A caller that goes away ends the pipeline with an error, which ends `outgoing` too.
        pipeline(request.raw, outgoing, () => {});
      }
    });
  }

  return {
    async forward(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
      checkForwardedPath(request.raw.url ?? '/');
      const answer = await exchange(request, reply);
      reply.code(answer.statusCode ?? 502);
      for (const [name, value] of Object.entries(planResponseHeaders(answer.headers))) {
        reply.header(name, value);
      }
      return reply.send(answer);
    },
    close(): void {
      agent.destroy();
    },
  };
}
export type Forwarder = ReturnType<typeof createForwarder>;
