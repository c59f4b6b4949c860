'use client';

import { type Configuration, familyOf, parametersOf } from '@starling/domain';
import { formatValue } from '../../ui/format.ts';

interface Line {
  name: string;
  title: string;
  value: string;
  isDefault: boolean;
}

/** A configuration's lines in the family's own order; what the family does not know comes last. */
function describeConfiguration(configuration: Configuration): Line[] {
  const known = (() => {
    try {
      return parametersOf(familyOf(configuration.family));
    } catch {
      return [];
    }
  })();
  const lines = known
    .filter((parameter) => configuration[parameter.name] !== undefined)
    .map((parameter) => ({
      name: parameter.name,
      title: parameter.title,
      value: formatValue(configuration[parameter.name]),
      isDefault: configuration[parameter.name] === parameter.default,
    }));
  const rest = Object.entries(configuration)
    .filter(([name]) => name !== 'family' && !known.some((parameter) => parameter.name === name))
    .map(([name, value]) => ({ name, title: name, value: formatValue(value), isDefault: false }));
  return [...lines, ...rest];
}

export function ConfigurationTable({ configuration }: { configuration: Configuration }) {
  const lines = describeConfiguration(configuration);
  const chosen = lines.filter((line) => !line.isDefault);
  const usual = lines.filter((line) => line.isDefault);
  return (
    <>
      {chosen.length === 0 ? (
        <p className="px-4 py-3 text-sm text-ink-3">The family’s defaults throughout.</p>
      ) : (
        <LineList lines={chosen} />
      )}
      {usual.length > 0 && (
        <details className="border-t border-line">
          <summary className="cursor-pointer px-4 py-2 text-xs text-ink-2 hover:text-ink">
            {usual.length} at their defaults
          </summary>
          <LineList lines={usual} />
        </details>
      )}
    </>
  );
}

function LineList({ lines }: { lines: readonly Line[] }) {
  return (
    <dl className="divide-y divide-line text-sm">
      {lines.map((line) => (
        <div key={line.name} className="flex items-baseline gap-3 px-4 py-1.5">
          <dt
            className={`min-w-0 flex-1 truncate ${line.isDefault ? 'text-ink-3' : 'text-ink-2'}`}
            title={line.name}
          >
            {line.title}
          </dt>
          <dd className={`font-mono text-xs ${line.isDefault ? 'text-ink-3' : 'text-ink'}`}>
            {line.value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
