import { sessionCookieNameOf } from '../access/session-cookie.ts';
import type { TestCoordinator } from './start-test-coordinator.ts';

/** Requests as a browser on the coordinator's own pages sends them, with its one cookie. */
export interface TestBrowser {
  /** The session's secret; nothing while logged out. */
  cookie: string | undefined;
  /** What the cookie is called at the coordinator's address. */
  readonly cookieName: string;
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** A browser without a session. It stores and sends the session cookie as browsers do. */
export function openBrowser(coordinator: Pick<TestCoordinator, 'url'>): TestBrowser {
  const name = sessionCookieNameOf({ host: new URL(coordinator.url).host });
  const browser: TestBrowser = {
    cookie: undefined,
    cookieName: name,
    async fetch(path, init = {}) {
      const headers = new Headers(init.headers);
      if (!headers.has('sec-fetch-site')) headers.set('sec-fetch-site', 'same-origin');
      if (browser.cookie !== undefined) {
        headers.set('cookie', `${name}=${browser.cookie}`);
      }
      const response = await fetch(`${coordinator.url}${path}`, {
        redirect: 'manual',
        ...init,
        headers,
      });
      for (const line of response.headers.getSetCookie()) {
        const [pair = ''] = line.split(';');
        const [given, value] = pair.split('=');
        if (given !== name) continue;
        browser.cookie = value === undefined || value === '' ? undefined : value;
      }
      return response;
    },
  };
  return browser;
}
