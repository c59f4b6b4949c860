import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { AccessPort } from '@starling/api/server';
import {
  appendAuditEvent,
  countLiveTokens,
  endSession,
  findPrincipalByToken,
  insertLoginLink,
  insertSession,
  insertToken,
  isUniqueViolation,
  listTokens,
  type PrismaClient,
  pruneAccess,
  revokeToken,
  useLoginLink,
} from '@starling/db';
import {
  AppError,
  type Clock,
  type Principal,
  type Role,
  type TokenSummary,
} from '@starling/domain';
import { createToken, hashToken, type Logger, newId } from '@starling/runtime';
import { CLOCK } from '../clock/clock.module.ts';
import { DATABASE } from '../database/database.module.ts';
import type { Settings } from '../env.ts';
import { LOGGER } from '../log/log.module.ts';
import { SETTINGS } from '../settings/settings.module.ts';
import { nameActor } from './name-actor.ts';
import { PrincipalResolver } from './principal-resolver.ts';

/** Days a browser stays logged in. */
const sessionDays = 14;
export const sessionSeconds = sessionDays * 24 * 3600;

/** Minutes in which a login link must be opened. */
const loginLinkMinutes = 15;

/** Days that ended sessions are kept, for whoever looks into what happened. */
const keepEndedDays = 30;

const dayMs = 24 * 3600 * 1000;

/** Tokens, sessions and login links. Texts of secrets pass through and are kept nowhere. */
@Injectable()
export class AccessService implements AccessPort, OnApplicationBootstrap {
  constructor(
    @Inject(DATABASE) private readonly prisma: PrismaClient,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly resolver: PrincipalResolver,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const { token, name, role } of this.settings.bootstrapTokens) {
      await this.#insertOnce({
        id: newId('token', this.clock),
        name,
        role,
        hash: hashToken(token),
      });
    }
    const removed = await pruneAccess(
      this.prisma,
      new Date(this.clock.nowMs() - keepEndedDays * dayMs),
    );
    if (removed > 0) this.logger.debug({ removed }, 'removed sessions that ended long ago');
  }

  listTokens(): Promise<TokenSummary[]> {
    return listTokens(this.prisma);
  }

  async createToken(
    input: { name: string; role: Role },
    principal: Principal,
  ): Promise<{ token: string; summary: TokenSummary }> {
    const token = createToken();
    const now = this.#now();
    const summary = await this.prisma.$transaction(async (transaction) => {
      const created = await insertToken(
        transaction,
        { id: newId('token', this.clock), ...input, hash: hashToken(token) },
        now,
      );
      await appendAuditEvent(
        transaction,
        {
          actor: nameActor(principal),
          action: 'token.create',
          subject: created.tokenId,
          detail: { name: input.name, role: input.role },
        },
        now,
      );
      return created;
    });
    return { token, summary };
  }

  async revokeToken(id: string, principal: Principal): Promise<void> {
    const now = this.#now();
    await this.prisma.$transaction(async (transaction) => {
      const revoked = await revokeToken(transaction, id, now);
      if (revoked === undefined) throw new AppError('not-found', `there is no token ${id}`);
      if (revoked.role === 'admin' && (await countLiveTokens(transaction, 'admin')) === 0) {
        throw new AppError(
          'conflict',
          'this is the last admin token; create another before you revoke it',
        );
      }
      await appendAuditEvent(
        transaction,
        {
          actor: nameActor(principal),
          action: 'token.revoke',
          subject: id,
          detail: { name: revoked.name },
        },
        now,
      );
    });
    this.resolver.endCredentials();
  }

  async createLoginLink(principal: Principal): Promise<{ path: string; expiresInSeconds: number }> {
    const secret = createToken();
    const now = this.#now();
    const expiresInSeconds = loginLinkMinutes * 60;
    await insertLoginLink(
      this.prisma,
      {
        hash: hashToken(secret),
        tokenId: principal.tokenId,
        expiresAt: new Date(now.getTime() + expiresInSeconds * 1000),
      },
      now,
    );
    return { path: `/login/once/${secret}`, expiresInSeconds };
  }

  /** Begins a session for a token's text; undefined where the token does not work. */
  async logInByToken(token: string): Promise<{ secret: string; principal: Principal } | undefined> {
    const principal = await findPrincipalByToken(this.prisma, hashToken(token));
    if (principal === undefined) return undefined;
    return { secret: await this.#beginSession(principal), principal };
  }

  /** Begins a session for a login link's secret; undefined where it was used or has expired. */
  async logInByLink(link: string): Promise<{ secret: string } | undefined> {
    const principal = await useLoginLink(this.prisma, hashToken(link), this.#now());
    if (principal === undefined) return undefined;
    return { secret: await this.#beginSession(principal) };
  }

  async logOut(secret: string): Promise<void> {
    await endSession(this.prisma, hashToken(secret), this.#now());
    this.resolver.endCredentials();
  }

  async #beginSession(principal: Principal): Promise<string> {
    const secret = createToken();
    const now = this.#now();
    await insertSession(
      this.prisma,
      {
        hash: hashToken(secret),
        tokenId: principal.tokenId,
        expiresAt: new Date(now.getTime() + sessionSeconds * 1000),
      },
      now,
    );
    return secret;
  }

  /** A token that is known already stays as it is, revoked ones too. */
  async #insertOnce(token: Parameters<typeof insertToken>[1]): Promise<void> {
    try {
      await insertToken(this.prisma, token, this.#now());
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
    }
  }

  #now(): Date {
    return new Date(this.clock.nowMs());
  }
}
