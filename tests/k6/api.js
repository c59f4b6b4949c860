// @ts-check
// What a page of the dashboard asks: sweeps, a leaderboard, data sets, the fleet, models.
import { check } from 'k6';
import http from 'k6/http';
import { boundedOptions, headers, url } from './settings.js';
import { summarise } from './summary.js';

export const options = boundedOptions({ http_req_duration: ['p(95)<500'] });

/** @param {string} procedure @param {unknown} [input] */
function query(procedure, input) {
  const search = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  return http.get(`${url}/trpc/${procedure}${search}`, { headers, tags: { name: procedure } });
}

export function setup() {
  const answer = query('sweeps.list', { limit: 1 });
  if (answer.status !== 200) throw new Error(`${url} says: ${answer.body}`);
  return { sweepId: /** @type {any} */ (answer.json()).result.data.items[0]?.id ?? null };
}

/** @param {{ sweepId: string | null }} found */
export default function look({ sweepId }) {
  const answers = [
    query('sweeps.list', { limit: 50 }),
    query('datasets.list'),
    query('fleet.list'),
    query('models.list'),
  ];
  if (sweepId !== null) {
    answers.push(query('sweeps.get', { id: sweepId }));
    answers.push(query('sweeps.leaderboard', { sweepId, limit: 100 }));
  }
  for (const answer of answers) check(answer, { 'answers 200': ({ status }) => status === 200 });
}

export const handleSummary = summarise('api');
