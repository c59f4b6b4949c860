import { Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { AppError, type Clock, isAllowed, parseInput } from '@starling/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CLOCK } from '../clock/clock.module.ts';
import { AccessService, sessionSeconds } from './access-service.ts';
import { type AttemptLimit, limitAttempts } from './limit-attempts.ts';
import { clearSessionCookie, readSessionCookie, writeSessionCookie } from './session-cookie.ts';

const loginSchema = z.object({ token: z.string().trim().min(1, 'paste a token').max(200) });

/** `link`: it was used already or has expired. What the login page's `?error=` says. */
type LoginFailure = 'link' | 'rate-limited';

function isSecure(request: FastifyRequest): boolean {
  return request.protocol === 'https' || request.headers['x-forwarded-proto'] === 'https';
}

/** A login by a plain HTML form, which wants to be sent somewhere, not to read JSON. */
function isForm(request: FastifyRequest): boolean {
  return request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
}

/** Logging in and out. Ten wrong tokens or links a minute from one address, then a pause. */
@Controller()
export class LoginController {
  readonly #access: AccessService;
  readonly #attempts: AttemptLimit;

  constructor(access: AccessService, @Inject(CLOCK) clock: Clock) {
    this.#access = access;
    this.#attempts = limitAttempts(clock, { attempts: 10, windowMs: 60_000 });
  }

  @Post('login')
  @HttpCode(200)
  async logIn(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    try {
      this.#checkAttempts(request);
      const { token } = parseInput(loginSchema, request.body);
      const session = await this.#access.logInByToken(token);
      if (session === undefined) {
        this.#attempts.recordFailure(request.ip);
        throw new AppError('unauthenticated', 'this token is not known, or it was revoked');
      }
      const { principal } = session;
      if (!isAllowed(principal.role, 'read')) {
        throw new AppError(
          'forbidden',
          `a ${principal.role} token does not open the dashboard; use a viewer, operator or admin token`,
        );
      }
      this.#attempts.forget(request.ip);
      reply.header('set-cookie', this.#cookie(request, session.secret));
      if (isForm(request)) reply.redirect('/', 303);
      else reply.send({ principal });
    } catch (thrown) {
      if (!(thrown instanceof AppError) || !isForm(request)) throw thrown;
      reply.redirect(`/login?error=${thrown.code}`, 303);
    }
  }

  @Get('login/once/:secret')
  async logInOnce(
    @Param('secret') secret: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // The address holds the secret: it must stay out of caches and of `Referer`.
    reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
    const fail = (reason: LoginFailure) => reply.redirect(`/login?error=${reason}`, 303);
    if (this.#attempts.isBlocked(request.ip)) {
      fail('rate-limited');
      return;
    }
    const outcome = await this.#access.logInByLink(secret);
    if (outcome === undefined) {
      this.#attempts.recordFailure(request.ip);
      fail('link');
      return;
    }
    reply.header('set-cookie', this.#cookie(request, outcome.secret)).redirect('/', 303);
  }

  @Post('logout')
  @HttpCode(204)
  async logOut(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const secret = readSessionCookie(request.headers);
    if (secret !== undefined) await this.#access.logOut(secret);
    reply.header('set-cookie', clearSessionCookie(request.headers, isSecure(request)));
    if (isForm(request)) reply.redirect('/login', 303);
    else reply.code(204).send();
  }

  #checkAttempts(request: FastifyRequest): void {
    if (!this.#attempts.isBlocked(request.ip)) return;
    throw new AppError('rate-limited', 'too many wrong tokens; wait a minute and try again');
  }

  #cookie(request: FastifyRequest, secret: string): string {
    return writeSessionCookie(request.headers, secret, {
      maxAgeSeconds: sessionSeconds,
      isSecure: isSecure(request),
    });
  }
}
