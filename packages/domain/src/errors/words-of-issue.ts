import type { z } from 'zod';
import { fixOfChoice } from './near-miss.ts';

type Issue = z.core.$ZodIssue;

/** What is wrong, and what mends it. */
export interface IssueWords {
  message: string;
  fix?: string;
}

/** Zod's own sentences begin so; a schema's own ones say what to do already. */
const isDefault = /^(Too (small|big)|Invalid)\b/;

const kinds: Readonly<Record<string, { is: string; fix: string }>> = {
  string: { is: 'text', fix: 'write text' },
  number: { is: 'a number', fix: 'write a number' },
  int: { is: 'a whole number', fix: 'write a whole number' },
  boolean: { is: 'true or false', fix: 'write true or false' },
  array: { is: 'a list', fix: 'write a list' },
  object: { is: 'a group of keys', fix: 'write keys and their values' },
  record: { is: 'a group of keys', fix: 'write keys and their values' },
};

/** What is counted in a value of this origin; nothing where the value itself is compared. */
const counted: Readonly<Record<string, string>> = {
  string: 'character',
  array: 'item',
  set: 'item',
};

function amount(bound: number | bigint, origin: string): string {
  const unit = counted[origin];
  if (unit === undefined) return String(bound);
  return `${bound} ${unit}${Number(bound) === 1 ? '' : 's'}`;
}

function listed(values: readonly unknown[], found: unknown): IssueWords {
  const words = values.map(String);
  const shown = words.join(', ');
  return values.length === 1
    ? { message: `must be ${shown}`, fix: `write ${shown}` }
    : { message: 'is not one of its values', fix: fixOfChoice(found, words) };
}

function ofType(issue: Extract<Issue, { code: 'invalid_type' }>, value: unknown): IssueWords {
  const kind = kinds[issue.expected];
  if (value === undefined) {
    return { message: 'is missing', fix: kind?.fix ?? 'add it' };
  }
  if (kind === undefined) return { message: issue.message };
  return { message: `must be ${kind.is}`, fix: kind.fix };
}

/** An issue in words that name the fix; a schema's own words are left as they are. */
export function wordsOfIssue(issue: Issue, value: unknown): IssueWords {
  if (!isDefault.test(issue.message)) return { message: issue.message };
  switch (issue.code) {
    case 'invalid_type':
      return ofType(issue, value);
    case 'invalid_key': {
      const [first] = issue.issues;
      return first === undefined ? { message: issue.message } : wordsOfIssue(first, undefined);
    }
    case 'too_small': {
      const least = amount(issue.minimum, issue.origin);
      return issue.inclusive === false
        ? { message: 'is too small', fix: `use more than ${least}` }
        : {
            message: issue.origin in counted ? 'is too short' : 'is too small',
            fix: `use ${least} or more`,
          };
    }
    case 'too_big': {
      const most = amount(issue.maximum, issue.origin);
      return issue.inclusive === false
        ? { message: 'is too large', fix: `use less than ${most}` }
        : {
            message: issue.origin in counted ? 'is too long' : 'is too large',
            fix: `use ${most} or fewer`,
          };
    }
    case 'invalid_value':
      return value === undefined
        ? { ...listed(issue.values, value), message: 'is missing' }
        : listed(issue.values, value);
    case 'invalid_union':
      if (!('options' in issue) || issue.options === undefined) return { message: issue.message };
      return value === undefined
        ? { ...listed(issue.options, value), message: 'is missing' }
        : listed(issue.options, value);
    default:
      return { message: issue.message };
  }
}
