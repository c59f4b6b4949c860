import { createHash, randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeService, startFakeService } from '../testing/fake-service.ts';
import { openBrowser } from '../testing/open-browser.ts';
import { startTestCoordinator, type TestCoordinator } from '../testing/start-test-coordinator.ts';

let coordinator: TestCoordinator;
let inference: FakeService;
let dashboard: FakeService;
beforeAll(async () => {
  inference = await startFakeService();
  dashboard = await startFakeService();
  coordinator = await startTestCoordinator({
    inferenceUrl: inference.url,
    dashboardUrl: dashboard.url,
  });
});
afterAll(async () => {
  await coordinator.stop();
  await inference.stop();
  await dashboard.stop();
});
beforeEach(() => {
  inference.seen.length = 0;
  dashboard.seen.length = 0;
});

const html = { accept: 'text/html,application/xhtml+xml' };

/** Sends a path as it is written; `fetch` would tidy it up. */
function sendRaw(path: string, headers: Record<string, string> = {}): Promise<number> {
  const { hostname, port } = new URL(coordinator.url);
  return new Promise((resolve, reject) => {
    httpRequest({ hostname, port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe('inference', () => {
  it('gets the request whole, with our secret and without the caller’s', async () => {
    const body = JSON.stringify({ inputs: [{ name: 'x', data: [1, 2] }] });
    const response = await coordinator.fetch('/v2/models/a/infer?b=c%20d', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        cookie: 'starling_session=x',
        'x-starling-internal': 'forged',
      },
      body,
      role: 'client',
    });
    expect(response.status).toBe(200);
    const [seen] = inference.seen;
    expect(seen).toMatchObject({ method: 'POST', url: '/v2/models/a/infer?b=c%20d', body });
    expect(seen?.headers['x-starling-internal']).toBe(coordinator.settings.internalSecret);
    expect(seen?.headers.authorization).toBeUndefined();
    expect(seen?.headers.cookie).toBeUndefined();
    expect(seen?.headers['content-type']).toBe('application/json');
  });

  it('passes large bodies and answers through, both ways', async () => {
    const sent = randomBytes(8 * 1024 ** 2).toString('hex');
    inference.answer((request, response) => {
      response.writeHead(201, {
        'x-digest': createHash('sha256').update(request.body).digest('hex'),
      });
      response.end(request.body);
    });
    const response = await coordinator.fetch('/v2/models/a/infer', {
      method: 'POST',
      body: sent,
      role: 'client',
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-digest')).toBe(createHash('sha256').update(sent).digest('hex'));
    expect(await response.text()).toBe(sent);
  });

  it('answers errors as its protocol says: one text', async () => {
    const refused = await coordinator.fetch('/v2/models/a');
    expect(refused.status).toBe(401);
    expect(await refused.json()).toEqual({ error: expect.stringContaining('Bearer') });
    const forbidden = await coordinator.fetch('/v2/models/a', { role: 'viewer' });
    expect(forbidden.status).toBe(403);
    expect(await forbidden.json()).toEqual({ error: expect.stringContaining('infer') });
    inference.answer((_request, response) => response.destroy());
    const down = await coordinator.fetch('/v2/models/a', { role: 'client' });
    expect(down.status).toBe(502);
    expect(await down.json()).toEqual({ error: expect.stringContaining('does not answer') });
  });

  it('is told when the caller goes away', async () => {
    let isClosed = false;
    inference.answer((_request, response) => {
      response.on('close', () => {
        isClosed = true;
      });
    });
    const abort = new AbortController();
    const call = coordinator.fetch('/v2/models/slow', { role: 'client', signal: abort.signal });
    await expect.poll(() => inference.seen.length).toBe(1);
    abort.abort();
    await expect(call).rejects.toThrow();
    await expect.poll(() => isClosed).toBe(true);
  });
});

describe('the dashboard', () => {
  it('shows pages to a session, and everyone else the login page', async () => {
    dashboard.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'x-powered-by': 'Next.js' }).end('hi');
    });
    const stranger = await coordinator.fetch('/sweeps/swp_1?tab=a', { headers: html });
    expect([stranger.status, stranger.headers.get('location')]).toEqual([
      303,
      '/login?next=%2Fsweeps%2Fswp_1%3Ftab%3Da',
    ]);
    expect((await coordinator.fetch('/sweeps', { headers: { accept: '*/*' } })).status).toBe(401);
    expect(dashboard.seen).toEqual([]);

    const browser = openBrowser(coordinator);
    await browser.fetch('/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: coordinator.tokens.viewer }),
    });
    const page = await browser.fetch('/sweeps/swp_1?tab=a', { headers: html });
    expect([page.status, await page.text()]).toEqual([200, 'hi']);
    expect(page.headers.get('x-powered-by')).toBeNull();
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    const [seen] = dashboard.seen;
    // Its server-side pages call the API in the name of the same session.
    expect(seen?.headers.cookie).toBe(`${browser.cookieName}=${browser.cookie}`);
    expect(seen?.headers.host).toBe(new URL(coordinator.url).host);
    expect(seen?.headers['x-forwarded-host']).toBe(new URL(coordinator.url).host);
    expect(seen?.headers['x-starling-internal']).toBeUndefined();
  });

  it('serves its login page and compiled files to everyone', async () => {
    for (const path of ['/login?next=%2F', '/_next/static/chunks/a.js', '/icon.svg']) {
      expect((await coordinator.fetch(path)).status).toBe(200);
    }
    expect(dashboard.seen.map(({ url }) => url)).toEqual([
      '/login?next=%2F',
      '/_next/static/chunks/a.js',
      '/icon.svg',
    ]);
  });

  it.each([
    '/_next/static/../../sweeps',
    '/_next/static/%2e%2e/%2e%2e/sweeps',
    '/_next/static/..%2f..%2fsweeps',
    '/_next/static/..%5c..%5csweeps',
  ])('cannot be reached around the guard by %s', async (path) => {
    expect(await sendRaw(path, html)).toBe(400);
    expect(dashboard.seen).toEqual([]);
  });

  it('that is down gives a page that tries again, and JSON to programs', async () => {
    dashboard.answer((_request, response) => response.destroy());
    const page = await coordinator.fetch('/', { headers: html, role: 'viewer' });
    expect(page.status).toBe(502);
    expect(await page.text()).toMatch(/dashboard is not up[\s\S]*starling doctor/);
    const data = await coordinator.fetch('/anything', { role: 'viewer' });
    expect(data.status).toBe(502);
    expect(await data.json()).toMatchObject({ error: { retryable: true } });
  });
});
