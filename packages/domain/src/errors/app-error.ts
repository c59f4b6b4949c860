import { z } from 'zod';

/** Whose doing it is: the user's input, a limit reached, a peer process, or a bug of ours. */
export const errorKinds = ['user', 'capacity', 'peer', 'bug'] as const;
export type ErrorKind = (typeof errorKinds)[number];

/** Every error code and its kind; the mappings to HTTP, wire and outcome are exhaustive over it. */
export const errorCatalogue = {
  'invalid-input': 'user',
  'invalid-space': 'user',
  'invalid-network': 'user',
  'invalid-dataset': 'user',
  'not-found': 'user',
  conflict: 'user',
  unauthenticated: 'user',
  forbidden: 'user',
  'too-large': 'capacity',
  'rate-limited': 'capacity',
  'out-of-memory': 'capacity',
  'storage-full': 'capacity',
  'worker-lost': 'peer',
  'database-unavailable': 'peer',
  'inference-unavailable': 'peer',
  'dataset-unavailable': 'peer',
  'protocol-mismatch': 'peer',
  'stale-attempt': 'peer',
  'checksum-mismatch': 'peer',
  'timed-out': 'peer',
  internal: 'bug',
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorCatalogue;
export const errorCodes = Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]];

/** One thing wrong with an input: where, what was found, and how to mend it. */
export const problemSchema = z.object({
  /** Path of the field, as `space.families.cnn.kernel`, or a file position as `row 12, column 3`. */
  field: z.string(),
  message: z.string(),
  /** The value found, as text; absent where there was none. */
  value: z.string().optional(),
  /** What the user can do. */
  fix: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;

export const wireErrorSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  retryable: z.boolean(),
  problems: z.array(problemSchema).default([]),
});
export type WireError = z.infer<typeof wireErrorSchema>;

const RETRYABLE_KINDS: readonly ErrorKind[] = ['peer', 'capacity'];

/** The one error class that crosses a boundary of the product. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly retryable: boolean;
  readonly problems: readonly Problem[];

  constructor(
    code: ErrorCode,
    message: string,
    options: { problems?: readonly Problem[]; retryable?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.kind = errorCatalogue[code];
    this.retryable =
      options.retryable ?? (RETRYABLE_KINDS.includes(this.kind) && code !== 'too-large');
    this.problems = options.problems ?? [];
  }

  toWire(): WireError {
    return {
      code: this.code,
      message: this.message,
      retryable: this.retryable,
      problems: [...this.problems],
    };
  }

  static fromWire(wire: WireError): AppError {
    return new AppError(wire.code, wire.message, {
      problems: wire.problems,
      retryable: wire.retryable,
    });
  }
}

/** An error for input with one or more problems; its message lists them. */
export function inputError(
  code: 'invalid-input' | 'invalid-space' | 'invalid-network' | 'invalid-dataset',
  problems: readonly Problem[],
): AppError {
  return new AppError(code, problems.map(describeProblem).join('\n'), { problems });
}

/** One line: field, what is wrong, the value and the fix. */
export function describeProblem(problem: Problem): string {
  const value = problem.value === undefined ? '' : ` (got ${problem.value})`;
  const fix = problem.fix === undefined ? '' : ` — ${problem.fix}`;
  return `${problem.field}: ${problem.message}${value}${fix}`;
}
