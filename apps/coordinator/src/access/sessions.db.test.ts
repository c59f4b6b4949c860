import type { Clock } from '@starling/domain';
import { systemClock } from '@starling/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, type TestBrowser } from '../testing/open-browser.ts';
import { startTestCoordinator, type TestCoordinator } from '../testing/start-test-coordinator.ts';

let shiftMs = 0;
const clock: Clock = {
  nowMs: () => systemClock.nowMs() + shiftMs,
  monotonicMs: () => systemClock.monotonicMs() + shiftMs,
};
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

let coordinator: TestCoordinator;
beforeAll(async () => {
  coordinator = await startTestCoordinator({}, clock);
});
afterAll(() => coordinator.stop());

function logIn(browser: TestBrowser, token: string, headers: Record<string, string> = {}) {
  return browser.fetch('/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ token }),
  });
}

async function loggedIn(role: 'admin' | 'viewer' = 'admin'): Promise<TestBrowser> {
  const browser = openBrowser(coordinator);
  expect((await logIn(browser, coordinator.tokens[role])).status).toBe(200);
  return browser;
}

const createToken = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ name: 'by a form', role: 'viewer' }),
};

describe('logging in', () => {
  it('trades a token for a cookie that scripts cannot read and other sites do not send', async () => {
    const browser = openBrowser(coordinator);
    const response = await logIn(browser, coordinator.tokens.viewer);
    expect(await response.json()).toMatchObject({ principal: { role: 'viewer' } });
    const cookie = response.headers.getSetCookie()[0] ?? '';
    expect(cookie).toMatch(
      /^starling_session_\d+=stl_[\w-]{43}; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect((await browser.fetch('/trpc/access.me')).status).toBe(200);
    const stored = await coordinator.prisma.session.findMany();
    expect(JSON.stringify(stored)).not.toContain(browser.cookie);
  });

  it('marks the cookie secure where the browser came by HTTPS', async () => {
    const response = await logIn(openBrowser(coordinator), coordinator.tokens.viewer, {
      'x-forwarded-proto': 'https',
    });
    expect(response.headers.getSetCookie()[0]).toContain('; Secure');
  });

  it('sends a plain form on, or back with the reason', async () => {
    const submit = (token: string) =>
      openBrowser(coordinator).fetch('/login', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ token }),
      });
    const right = await submit(coordinator.tokens.viewer);
    expect([right.status, right.headers.get('location')]).toEqual([303, '/']);
    const wrong = await submit('wrong');
    expect([wrong.status, wrong.headers.get('location')]).toEqual([
      303,
      '/login?error=unauthenticated',
    ]);
  });

  it('refuses a token whose role cannot see pages', async () => {
    const response = await logIn(openBrowser(coordinator), coordinator.tokens.worker);
    expect(response.status).toBe(403);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it('names the field of an empty form', async () => {
    const response = await logIn(openBrowser(coordinator), ' ');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { problems: [{ field: 'token' }] } });
  });

  it('pauses after ten wrong tokens, and only for a minute', async () => {
    shiftMs += 2 * minuteMs;
    const browser = openBrowser(coordinator);
    const statuses: number[] = [];
    for (let index = 0; index < 11; index++) {
      statuses.push((await logIn(browser, `wrong ${index}`)).status);
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429]);
    expect((await logIn(browser, coordinator.tokens.viewer)).status).toBe(429);
    shiftMs += minuteMs + 1;
    expect((await logIn(browser, coordinator.tokens.viewer)).status).toBe(200);
  });
});

describe('a session', () => {
  it('ends with the logout', async () => {
    const browser = await loggedIn();
    const stolen = { ...browser, cookie: browser.cookie };
    expect((await browser.fetch('/logout', { method: 'POST' })).status).toBe(204);
    expect(browser.cookie).toBeUndefined();
    const old = await fetch(`${coordinator.url}/trpc/access.me`, {
      headers: { cookie: `${stolen.cookieName}=${stolen.cookie}` },
    });
    expect(old.status).toBe(401);
  });

  it('ends after 14 days', async () => {
    const browser = await loggedIn();
    shiftMs += 14 * dayMs - minuteMs;
    expect((await browser.fetch('/trpc/access.me')).status).toBe(200);
    shiftMs += 2 * minuteMs;
    expect((await browser.fetch('/trpc/access.me')).status).toBe(401);
  });

  it('ends with its token', async () => {
    const admin = coordinator.client('admin');
    const made = await admin.access.createToken.mutate({ name: 'lent', role: 'operator' });
    const browser = openBrowser(coordinator);
    await logIn(browser, made.token);
    expect((await browser.fetch('/trpc/access.me')).status).toBe(200);
    await admin.access.revokeToken.mutate({ id: made.summary.tokenId });
    expect((await browser.fetch('/trpc/access.me')).status).toBe(401);
  });

  it('never stands in for a wrong token that is sent beside it', async () => {
    const browser = await loggedIn();
    const response = await browser.fetch('/trpc/access.me', {
      headers: { authorization: 'Bearer stl_wrong' },
    });
    expect(response.status).toBe(401);
  });
});

describe('a login link', () => {
  const makeLink = () => coordinator.client('admin').access.createLoginLink.mutate();

  it('logs one browser in, once', async () => {
    const { path, expiresInSeconds } = await makeLink();
    expect(expiresInSeconds).toBe(900);
    const first = openBrowser(coordinator);
    const response = await first.fetch(path);
    expect([response.status, response.headers.get('location')]).toEqual([303, '/']);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect((await first.fetch('/trpc/access.me')).status).toBe(200);
    const second = openBrowser(coordinator);
    const again = await second.fetch(path);
    expect([again.status, again.headers.get('location')]).toEqual([303, '/login?error=link']);
    expect(second.cookie).toBeUndefined();
  });

  it('logs exactly one of two browsers in that open it at the same time', async () => {
    const { path } = await makeLink();
    const browsers = Array.from({ length: 6 }, () => openBrowser(coordinator));
    await Promise.all(browsers.map((browser) => browser.fetch(path)));
    expect(browsers.filter((browser) => browser.cookie !== undefined)).toHaveLength(1);
  });

  it('expires after a quarter of an hour', async () => {
    const { path } = await makeLink();
    shiftMs += 15 * minuteMs + 1;
    const response = await openBrowser(coordinator).fetch(path);
    expect(response.headers.get('location')).toBe('/login?error=link');
  });
});

describe('a change that rides on a cookie', () => {
  const change = async (headers: Record<string, string>): Promise<number> => {
    const browser = await loggedIn();
    const response = await fetch(`${coordinator.url}/trpc/access.createToken`, {
      ...createToken,
      headers: {
        ...createToken.headers,
        cookie: `${browser.cookieName}=${browser.cookie}`,
        ...headers,
      },
    });
    return response.status;
  };

  it.each([
    ['our own page', { 'sec-fetch-site': 'same-origin' }, 200],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another port of this host', { 'sec-fetch-site': 'same-site' }, 403],
    ['nobody knows where', {}, 403],
    ['another site, by an old browser', { origin: 'https://evil.test' }, 403],
    ['another port, by an old browser', { origin: 'http://127.0.0.1:1' }, 403],
    ['a sandboxed frame', { origin: 'null' }, 403],
  ])('from %s', async (_from, headers, status) => {
    expect(await change(headers)).toBe(status);
  });

  it('from our own page, by an old browser', async () => {
    expect(await change({ origin: coordinator.url })).toBe(200);
  });

  it('is allowed from anywhere with a token, which no browser adds by itself', async () => {
    const response = await coordinator.fetch('/trpc/access.createToken', {
      ...createToken,
      headers: { ...createToken.headers, origin: 'https://evil.test' },
      role: 'admin',
    });
    expect(response.status).toBe(200);
  });

  it('is refused as a login that another site submits', async () => {
    const response = await logIn(openBrowser(coordinator), coordinator.tokens.viewer, {
      'sec-fetch-site': 'cross-site',
    });
    expect(response.status).toBe(403);
  });
});

it('every answer carries the security headers, refusals too', async () => {
  for (const path of ['/health/live', '/trpc/access.me', '/registry/models']) {
    const { headers } = await coordinator.fetch(path);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('same-origin');
  }
});
