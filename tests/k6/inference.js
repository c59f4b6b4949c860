// @ts-check
// Predictions of one row and of 32, by the Open Inference Protocol, on a model of the stack.
import { check } from 'k6';
import http from 'k6/http';
import { boundedOptions, headers, model, url } from './settings.js';
import { summarise } from './summary.js';

export const options = boundedOptions({
  'http_req_duration{kind:one}': ['p(95)<250'],
  'http_req_duration{kind:many}': ['p(95)<500'],
});

/** Steps of the sequences that are sent where a model takes any number. */
const stepsSent = 24;

/** @param {number[]} shape @param {number} rows */
function makeBody(shape, rows) {
  const sides = shape.map((side, axis) => (axis === 0 ? rows : side === -1 ? stepsSent : side));
  const size = sides.reduce((product, side) => product * side, 1);
  const data = Array.from({ length: size }, (_, index) => Math.sin(index * 0.7) * 100);
  return JSON.stringify({ inputs: [{ name: 'input', shape: sides, datatype: 'FP32', data }] });
}

export function setup() {
  const answer = http.get(`${url}/v2/models/${model}`, { headers });
  if (answer.status !== 200) throw new Error(`${url} says of ${model}: ${answer.body}`);
  const { shape } = /** @type {any} */ (answer.json()).inputs[0];
  return { one: makeBody(shape, 1), many: makeBody(shape, 32) };
}

/** @param {{ one: string, many: string }} bodies */
export default function predict(bodies) {
  for (const [kind, rows, body] of /** @type {const} */ ([
    ['one', 1, bodies.one],
    ['many', 32, bodies.many],
  ])) {
    const answer = http.post(`${url}/v2/models/${model}/infer`, body, { headers, tags: { kind } });
    check(answer, {
      'answers 200': ({ status }) => status === 200,
      'gives a class a row': (response) =>
        /** @type {any} */ (response.json()).outputs?.[1]?.data.length === rows,
    });
  }
}

export const handleSummary = summarise(`inference: ${model}`);
