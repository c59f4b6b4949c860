import { clsx } from 'clsx';
import { formatPercent } from '../../ui/format.ts';

interface ProbabilityBarsProps {
  classNames: readonly string[];
  probabilities: readonly number[];
  predicted: string;
  actual: string | null;
}

/** What the model thinks of each class, the likeliest first. */
export function ProbabilityBars(props: ProbabilityBarsProps) {
  const { classNames, probabilities, predicted, actual } = props;
  const bars = probabilities
    .map((share, index) => ({ share, name: classNames[index] ?? `class ${index + 1}` }))
    .sort((a, b) => b.share - a.share)
    .slice(0, 12);
  return (
    <ul className="space-y-1.5" aria-label="Class probabilities">
      {bars.map(({ share, name }) => (
        <li key={name} className="grid grid-cols-[7rem_minmax(0,1fr)_4rem] items-center gap-2">
          <span
            className={clsx(
              'truncate text-sm',
              name === predicted ? 'font-semibold' : 'text-ink-2',
            )}
            title={name}
          >
            {name}
            {name === actual && <span className="text-xs font-normal text-ink-3"> (true)</span>}
          </span>
          <span className="h-3 overflow-hidden rounded-sm bg-sunken">
            <span
              className={clsx(
                'block h-full rounded-sm transition-[width] duration-300',
                name === predicted ? 'bg-accent' : 'bg-line-strong',
              )}
              style={{ width: `${share * 100}%` }}
            />
          </span>
          <span className="text-right text-sm">{formatPercent(share)}</span>
        </li>
      ))}
    </ul>
  );
}
