'use client';

import type { SweepCheck } from '@starling/api/client';
import { LoaderCircle, Rocket, TriangleAlert } from 'lucide-react';
import { Button } from '../../../ui/Button.tsx';
import { ErrorNote } from '../../../ui/feedback.tsx';
import { formatCount, formatPlural, formatSi } from '../../../ui/format.ts';
import type { LocatedProblem } from './sweep-yaml.ts';

interface LaunchPanelProps {
  check: SweepCheck | undefined;
  isChecking: boolean;
  problems: readonly LocatedProblem[];
  canLaunch: boolean;
  why: string | null;
  isLaunching: boolean;
  error: unknown;
  onLaunch: () => void;
  onProblem: (problem: LocatedProblem) => void;
}

/** What is known of the sweep before it runs, what is wrong with it, and the button. */
export function LaunchPanel(props: LaunchPanelProps) {
  const { check, isChecking, problems, canLaunch, why, isLaunching, error } = props;
  return (
    <section
      aria-label="Launch"
      className="rounded-lg border border-line bg-surface px-4 py-3.5 max-xl:sticky max-xl:bottom-16 max-xl:z-20 max-xl:shadow-float lg:max-xl:bottom-4"
    >
      <div className="flex flex-wrap items-center gap-3">
        <div className="min-w-40 flex-1">
          <h2 className="text-sm font-semibold text-ink">
            {problems.length > 0
              ? `${formatPlural(problems.length, 'problem')} to mend`
              : isChecking
                ? 'Checking…'
                : check === undefined
                  ? 'Not checked yet'
                  : 'Ready to launch'}
          </h2>
          <p className="flex min-h-5 items-center gap-1.5 text-xs text-ink-3" aria-live="polite">
            {isChecking && <LoaderCircle className="size-3 animate-spin" aria-hidden="true" />}
            {check !== undefined &&
              `Networks of ${formatSi(check.parameters.minimum)} to ${formatSi(check.parameters.maximum)} parameters`}
          </p>
        </div>
        <Button
          look="primary"
          disabled={!canLaunch}
          title={why ?? undefined}
          isBusy={isLaunching}
          icon={<Rocket className="size-4" aria-hidden="true" />}
          onClick={props.onLaunch}
        >
          Launch sweep
        </Button>
      </div>
      <div className="mt-1 space-y-2">
        {check?.gridSize !== null && check?.gridSize !== undefined && (
          <p className="text-xs text-ink-2">
            The grid has {formatCount(check.gridSize)} points
            {check.gridSize > check.spec.budget.trials - check.spec.enqueue.length &&
              `; the budget covers ${formatCount(
                Math.max(0, check.spec.budget.trials - check.spec.enqueue.length),
              )} of them`}
            .
          </p>
        )}
        {check?.warnings.map((warning) => (
          <p key={warning} className="flex items-start gap-1.5 text-xs text-warn">
            <TriangleAlert className="mt-0.5 size-3 shrink-0" aria-hidden="true" />
            {warning}
          </p>
        ))}
        {problems.length > 0 && (
          <ul className="max-h-40 space-y-1 overflow-y-auto" aria-label="Problems">
            {problems.map((problem) => (
              <li key={`${problem.field} ${problem.message}`} className="text-xs text-bad">
                <button
                  type="button"
                  className="text-left hover:underline"
                  onClick={() => props.onProblem(problem)}
                >
                  {problem.line !== null && (
                    <span className="font-mono">line {problem.line} · </span>
                  )}
                  <code className="font-mono">{problem.field}</code>: {problem.message}
                  {problem.fix !== undefined && ` — ${problem.fix}`}
                </button>
              </li>
            ))}
          </ul>
        )}
        <ErrorNote error={error} />
      </div>
    </section>
  );
}
