import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import {
  findPrincipalBySession,
  findPrincipalByToken,
  type PrismaClient,
  touchToken,
} from '@starling/db';
import type { Clock, Principal } from '@starling/domain';
import { hashToken } from '@starling/runtime';
import { CLOCK } from '../clock/clock.module.ts';
import { DATABASE } from '../database/database.module.ts';
import type { Caller, Credential } from './decide-access.ts';
import { readSessionCookie } from './session-cookie.ts';

/** How long a known principal is believed without asking the database again. */
const believedMs = 2000;

/** Most principals remembered; beyond it all are asked for anew. */
const rememberedCallers = 5000;

const bearerPattern = /^Bearer +(\S+) *$/i;

interface Credentials {
  credential: Credential;
  hash: string;
}

function readCredentials(
  headers: IncomingHttpHeaders,
  handshakeToken: unknown,
): Credentials | undefined {
  if (typeof handshakeToken === 'string' && handshakeToken !== '') {
    return { credential: 'token', hash: hashToken(handshakeToken) };
  }
  if (headers.authorization !== undefined) {
    const token = bearerPattern.exec(headers.authorization)?.[1];
    // A header that is there and wrong never falls back to the cookie: the caller chose it.
    return token === undefined ? undefined : { credential: 'token', hash: hashToken(token) };
  }
  const secret = readSessionCookie(headers);
  return secret === undefined ? undefined : { credential: 'session', hash: hashToken(secret) };
}

/**
 * Says who calls, for HTTP requests and socket handshakes alike: by bearer token, else by
 * session cookie. The answer is remembered for two seconds, so a token that another coordinator
 * revokes lives that much longer here.
 */
@Injectable()
export class PrincipalResolver {
  readonly #prisma: PrismaClient;
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  readonly #remembered = new Map<string, { caller: Caller; untilMs: number }>();

  constructor(@Inject(DATABASE) prisma: PrismaClient, @Inject(CLOCK) clock: Clock) {
    this.#prisma = prisma;
    this.#clock = clock;
  }

  /**
   * Who sends these headers; null where nobody is known. `handshakeToken` is Socket.IO's
   * `handshake.auth.token`, which comes before the headers.
   */
  async resolve(headers: IncomingHttpHeaders, handshakeToken?: unknown): Promise<Caller | null> {
    const credentials = readCredentials(headers, handshakeToken);
    if (credentials === undefined) return null;
    const key = `${credentials.credential} ${credentials.hash}`;
    const remembered = this.#remembered.get(key);
    if (remembered !== undefined && this.#clock.monotonicMs() < remembered.untilMs) {
      return remembered.caller;
    }
    const principal = await this.#load(credentials);
    if (principal === null) {
      this.#remembered.delete(key);
      return null;
    }
    const caller: Caller = { principal, credential: credentials.credential };
    if (this.#remembered.size >= rememberedCallers) this.#remembered.clear();
    this.#remembered.set(key, { caller, untilMs: this.#clock.monotonicMs() + believedMs });
    return caller;
  }

  /** Calls `listener` whenever a token or session ends here, so that its sockets can be closed. */
  onCredentialsEnded(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks the database again for everyone. */
  forget(): void {
    this.#remembered.clear();
  }

  /** Stops believing anyone unasked, and tells those who hold open sockets. */
  endCredentials(): void {
    this.forget();
    for (const listener of this.#listeners) listener();
  }

  async #load({ credential, hash }: Credentials): Promise<Principal | null> {
    const now = new Date(this.#clock.nowMs());
    const principal =
      credential === 'token'
        ? await findPrincipalByToken(this.#prisma, hash)
        : await findPrincipalBySession(this.#prisma, hash, now);
    if (principal === undefined) return null;
    await touchToken(this.#prisma, principal.tokenId, now);
    return principal;
  }
}
