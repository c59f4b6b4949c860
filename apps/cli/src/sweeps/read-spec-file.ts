import { readFile } from 'node:fs/promises';
import {
  AppError,
  describeProblem,
  inputError,
  type Problem,
  parseSweepSpec,
} from '@starling/domain';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { usageError } from '../output/describe-failure.ts';

const maximumCharacters = 1_000_000;

/** Line (from 1) of the key or value that a field's path leads to, or of its nearest ancestor. */
function lineOf(document: Document, lines: LineCounter, field: string): number | undefined {
  const path = field.split('.').filter((part) => part !== '');
  for (let length = path.length; length > 0; length--) {
    const parent =
      length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === key,
      );
      if (pair !== undefined && isScalar(pair.key) && pair.key.range) {
        return lines.linePos(pair.key.range[0]).line;
      }
    }
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

export interface SpecFile {
  /** As written; the coordinator parses it again. */
  input: unknown;
  /** Adds file and line to the fields of an error about this spec. */
  locate(thrown: unknown): unknown;
}

/** Reads a sweep's YAML or JSON; throws `invalid-input` with file and line of each problem. */
export async function readSpecFile(file: string): Promise<SpecFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read';
    throw usageError('FILE', reason, 'name a YAML file such as docs/examples/demo.yaml', file);
  }
  if (text.length > maximumCharacters) {
    throw usageError('FILE', 'is too large for a sweep', 'name a YAML file under 1 MB', file);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw inputError(
      'invalid-input',
      document.errors.map((error): Problem => {
        const { line, col } = lines.linePos(error.pos[0]);
        return { field: `${file}:${line}:${col}`, message: error.message, fix: 'mend the YAML' };
      }),
    );
  }
  let input: unknown;
  try {
    input = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    const { message } = error as Error;
    throw usageError(file, message, 'write the values out in place of aliases');
  }

  function locate(thrown: unknown): unknown {
    if (!(thrown instanceof AppError) || thrown.problems.length === 0) return thrown;
    const problems = thrown.problems.map((problem): Problem => {
      const line = lineOf(document, lines, problem.field);
      const place = line === undefined ? file : `${file}:${line}`;
      return { ...problem, field: `${place}: ${problem.field}` };
    });
    return new AppError(thrown.code, problems.map(describeProblem).join('\n'), { problems });
  }

  try {
    parseSweepSpec(input);
  } catch (error) {
    throw locate(error);
  }
  return { input, locate };
}
