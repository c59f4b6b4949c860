// @ts-check
// What `starling load` hands over. Load goes to this machine alone.

const loopback = /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

export const url = __ENV.LOAD_URL ?? 'http://127.0.0.1:7878';
if (!loopback.test(url)) throw new Error(`LOAD_URL: ${url} is not on this machine`);

export const headers = {
  authorization: `Bearer ${__ENV.LOAD_TOKEN ?? ''}`,
  'content-type': 'application/json',
};
export const model = __ENV.LOAD_MODEL ?? '';

/** @param {string | undefined} text @param {number} otherwise @param {number} most */
function bounded(text, otherwise, most) {
  const value = Number(text ?? otherwise);
  return Number.isInteger(value) && value >= 1 ? Math.min(value, most) : otherwise;
}

/** Both are bounded, whatever the environment says. */
export const users = bounded(__ENV.LOAD_USERS, 4, 64);
export const seconds = bounded(__ENV.LOAD_SECONDS, 20, 600);

/**
 * @param {Record<string, string[]>} thresholds
 * @returns {import('k6/options').Options}
 */
export function boundedOptions(thresholds) {
  return {
    vus: users,
    duration: `${seconds}s`,
    thresholds: {
      http_req_failed: [{ threshold: 'rate<0.01', abortOnFail: false }],
      checks: ['rate>0.99'],
      ...thresholds,
    },
    summaryTrendStats: ['avg', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max'],
  };
}
