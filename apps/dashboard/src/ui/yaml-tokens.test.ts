import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenizeYamlLine } from './yaml-tokens.ts';

const kinds = (line: string) =>
  tokenizeYamlLine(line)
    .filter((token) => token.text.trim() !== '')
    .map((token) => `${token.kind} ${token.text}`);

describe('tokenizeYamlLine', () => {
  it('tells keys, numbers and marks apart', () => {
    expect(kinds('  learningRate: { type: float, min: 1e-4 } # why')).toEqual([
      'key learningRate',
      'mark :',
      'mark {',
      'key type',
      'mark :',
      'text float',
      'mark ,',
      'key min',
      'mark :',
      'number 1e-4',
      'mark }',
      'comment # why',
    ]);
  });

  it('leaves nothing out, whatever the line', () => {
    fc.assert(
      fc.property(
        fc.string().map((text) => text.replaceAll(/[\n\r\u2028\u2029]/g, '')),
        (line) => {
          expect(
            tokenizeYamlLine(line)
              .map((token) => token.text)
              .join(''),
          ).toBe(line);
        },
      ),
    );
  });
});
