'use client';

import { clsx } from 'clsx';
import { type ReactNode, useMemo } from 'react';
import { tokenizeYamlLine, type YamlTokenKind } from './yaml-tokens.ts';

const colors: Record<YamlTokenKind, string> = {
  comment: 'text-ink-3 italic',
  key: 'text-accent',
  string: 'text-good',
  number: 'text-info',
  word: 'text-violet',
  mark: 'text-ink-3',
  text: 'text-ink',
};

/** Lines of text with the same metrics in gutter, drawing and typing area. */
const textClass = 'font-mono text-xs leading-5';

interface YamlEditorProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  /** What is wrong, by line from 1. */
  problems: ReadonlyMap<number, readonly string[]>;
  height: number;
  describedBy?: string;
}

/**
 * A typing area over its coloured copy, with line numbers and marks where something is wrong.
 * It is one native text area: selection, undo and screen readers work as everywhere.
 */
export function YamlEditor(props: YamlEditorProps) {
  const { label, value, onValue, problems, height, describedBy } = props;
  const lines = useMemo(() => value.split('\n'), [value]);
  const columns = Math.max(20, ...lines.map((line) => line.length)) + 2;
  return (
    <div
      className="overflow-auto rounded-md border border-line bg-sunken focus-within:border-accent"
      style={{ height }}
    >
      <div className="grid min-h-full w-max min-w-full grid-cols-[2.75rem_minmax(0,1fr)]">
        <div
          aria-hidden="true"
          className={clsx(
            textClass,
            'sticky left-0 z-[1] border-r border-line bg-sunken py-2 pr-2 text-right text-ink-3 select-none',
          )}
        >
          {numberLines(lines).map(({ number }) => {
            const found = problems.get(number);
            return (
              <div
                key={number}
                title={found?.join('\n')}
                className={clsx(found !== undefined && 'bg-bad-soft font-semibold text-bad')}
              >
                {number}
              </div>
            );
          })}
        </div>
        <div className="grid">
          <div
            aria-hidden="true"
            className={clsx(textClass, 'col-start-1 row-start-1 py-2 pl-2.5 whitespace-pre')}
          >
            {numberLines(lines).map(({ number, line }) => (
              <div
                key={number}
                className={clsx(
                  problems.has(number) &&
                    'bg-bad-soft underline decoration-bad decoration-wavy underline-offset-2',
                )}
              >
                {line === '' ? '\u200b' : colourLine(line)}
              </div>
            ))}
          </div>
          <textarea
            aria-label={label}
            aria-describedby={describedBy}
            aria-invalid={problems.size > 0 || undefined}
            value={value}
            onChange={(event) => onValue(event.target.value)}
            spellCheck={false}
            autoCapitalize="off"
            autoCorrect="off"
            wrap="off"
            className={clsx(
              textClass,
              'col-start-1 row-start-1 resize-none overflow-hidden bg-transparent py-2 pl-2.5 whitespace-pre text-transparent caret-ink outline-none selection:bg-accent/25 selection:text-transparent',
            )}
            style={{ width: `max(100%, ${columns}ch)`, minHeight: '100%' }}
            rows={lines.length}
          />
        </div>
      </div>
    </div>
  );
}

function numberLines(lines: readonly string[]): { number: number; line: string }[] {
  return lines.map((line, index) => ({ number: index + 1, line }));
}

function colourLine(line: string): ReactNode {
  let column = 0;
  return tokenizeYamlLine(line).map((token) => {
    const key = column;
    column += token.text.length;
    return (
      <span key={key} className={colors[token.kind]}>
        {token.text}
      </span>
    );
  });
}
