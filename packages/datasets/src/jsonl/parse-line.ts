import type { Problem } from '@starling/domain';
import { findClosestName } from '../importing/closest-name.ts';
import { showText } from '../importing/problem-list.ts';

const FLOAT32_LIMIT = 3.4028234663852886e38;

export type SequenceKind = 'codes' | 'steps';

/** One line as read: the label, the group and the sequence, not yet checked against others. */
export interface SequenceLine {
  readonly label: string;
  readonly group: string;
  readonly kind: SequenceKind;
  /** Visits of codes (as text) or steps of numbers. */
  readonly visits: readonly (readonly string[])[];
  readonly steps: readonly (readonly number[])[];
}

/** A problem of one line; the caller adds file and line to `where`. */
export interface LineProblem extends Omit<Problem, 'field'> {
  readonly where: string;
}

function showValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function readName(
  record: Readonly<Record<string, unknown>>,
  key: string,
  role: string,
): string | LineProblem {
  const value = record[key];
  const isMissing = value === undefined || value === null || value === '';
  if (isMissing) {
    const closest = findClosestName(key, Object.keys(record));
    return {
      where: `, key ${key}`,
      message: `the ${role} is missing`,
      fix: closest === undefined ? 'add it or drop the line' : `did you mean "${closest}"?`,
    };
  }
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return {
    where: `, key ${key}`,
    message: `the ${role} is no text, number or boolean`,
    value: showValue(value),
    fix: 'write one value',
  };
}

function readVisits(value: unknown): string[][] | LineProblem {
  const fix = 'write visits as [[code, …], …] with codes as whole numbers or text';
  if (!Array.isArray(value)) {
    return { where: ', key visits', message: 'no list of visits', value: showValue(value), fix };
  }
  const visits: string[][] = [];
  for (const [index, visit] of value.entries()) {
    const where = `, visit ${index + 1}`;
    if (!Array.isArray(visit)) {
      return { where, message: 'no list of codes', value: showValue(visit), fix };
    }
    const bad = visit.findIndex(
      (code) => !(Number.isSafeInteger(code) || (typeof code === 'string' && code.trim() !== '')),
    );
    if (bad >= 0) return { where, message: 'no code', value: showValue(visit[bad]), fix };
    visits.push(visit.map((code: string | number) => String(code).trim()));
  }
  return visits;
}

function readSteps(value: unknown): number[][] | LineProblem {
  const fix = 'write steps as [[number, …], …], each step equally long';
  if (!Array.isArray(value)) {
    return { where: ', key steps', message: 'no list of steps', value: showValue(value), fix };
  }
  const width = Array.isArray(value[0]) ? value[0].length : 0;
  for (const [index, step] of value.entries()) {
    const where = `, step ${index + 1}`;
    if (!Array.isArray(step) || step.length === 0) {
      return { where, message: 'no list of numbers', value: showValue(step), fix };
    }
    if (step.length !== width) {
      const message = `the step has ${step.length} numbers where the first has ${width}`;
      return { where, message, value: showValue(step), fix };
    }
    const bad = step.findIndex(
      (entry) => typeof entry !== 'number' || !(Math.abs(entry) <= FLOAT32_LIMIT),
    );
    if (bad >= 0) {
      const message = `value ${bad + 1} is no finite 32-bit number`;
      return { where, message, value: showValue(step[bad]), fix };
    }
  }
  return value as number[][];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads one line of JSON Lines, or says what is wrong with it. */
export function parseSequenceLine(
  text: string,
  keys: { label: string; group?: string | undefined },
): SequenceLine | LineProblem {
  const value = parseJson(text);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return {
      where: '',
      message: value === undefined ? 'the line is no JSON' : 'the line is no JSON object',
      value: showText(text),
      fix: 'write one object a line, such as {"label": 0, "visits": [["a"], ["b", "c"]]}',
    };
  }
  const record = value as Readonly<Record<string, unknown>>;
  const label = readName(record, keys.label, 'label');
  if (typeof label !== 'string') return label;
  const group = keys.group === undefined ? '' : readName(record, keys.group, 'group');
  if (typeof group !== 'string') return group;
  const hasVisits = record['visits'] !== undefined;
  if (hasVisits === (record['steps'] !== undefined)) {
    return {
      where: '',
      message: hasVisits ? 'the line has both visits and steps' : 'the line has no sequence',
      value: showText(Object.keys(record).join(', ')),
      fix: 'give either visits (lists of codes) or steps (lists of numbers)',
    };
  }
  if (hasVisits) {
    const visits = readVisits(record['visits']);
    if (!Array.isArray(visits)) return visits;
    return { label, group, kind: 'codes', visits, steps: [] };
  }
  const steps = readSteps(record['steps']);
  if (!Array.isArray(steps)) return steps;
  return { label, group, kind: 'steps', visits: [], steps };
}
