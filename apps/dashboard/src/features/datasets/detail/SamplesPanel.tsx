'use client';

import {
  type DatasetSample,
  type DatasetSummary,
  type SplitName,
  splitNames,
} from '@starling/domain';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { RefreshCw, Shapes, Table2 } from 'lucide-react';
import { type CSSProperties, type ReactNode, useMemo, useState } from 'react';
import { useApi } from '../../../browser/api.tsx';
import { Button, IconButton } from '../../../ui/Button.tsx';
import { LegendEntry } from '../../../ui/chart/ChartPanel.tsx';
import { ChartTable } from '../../../ui/chart/ChartTable.tsx';
import { seriesColor } from '../../../ui/chart/palette.ts';
import { useChartPalette } from '../../../ui/chart/use-chart-palette.ts';
import { EmptyState, ErrorState, Skeleton } from '../../../ui/feedback.tsx';
import { formatCount, formatPlural, formatValue } from '../../../ui/format.ts';
import { Segments } from '../../../ui/inputs.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { chooseSamples, countTurns, sampleLimit } from './choose-samples.ts';
import { CodesFigure, HeatFigure, heatStops, SignalFigure } from './SampleFigures.tsx';
import { channelsOf, featureRanges, isPicture, rangeOf, stepsOf } from './sample-grid.ts';
import { samplesTable } from './samples-table.ts';

type Scale = 'own' | 'same';

/** Rows of the data set as they are, drawn; nothing standardised. */
export function SamplesPanel({ dataset }: { dataset: DatasetSummary }) {
  const api = useApi();
  const [split, setSplit] = useState<SplitName>('train');
  const [turn, setTurn] = useState(0);
  const [scale, setScale] = useState<Scale>('own');
  const [isTable, setTable] = useState(false);
  const query = useQuery(
    api.datasets.samples.queryOptions(
      { id: dataset.id, split, limit: sampleLimit(dataset.shape) },
      { placeholderData: keepPreviousData, staleTime: Number.POSITIVE_INFINITY },
    ),
  );
  const samples = query.data ?? [];
  const turns = countTurns(samples, dataset.classNames);
  const shown = useMemo(
    () => chooseSamples(query.data ?? [], dataset.classNames, turn % turns),
    [query.data, dataset, turn, turns],
  );
  return (
    <Panel
      title="Samples"
      hint="As they were brought in, spread over the split"
      actions={
        <div className="flex flex-wrap items-center gap-2">
          <Segments
            label="Split"
            value={split}
            onValue={(next) => {
              setSplit(next);
              setTurn(0);
            }}
            options={splitNames
              .filter((name) => dataset.splits[name] !== null)
              .map((name) => ({ value: name, label: name }))}
          />
          {dataset.shape.kind === 'signal' && (
            <Segments
              label="Axis"
              value={scale}
              onValue={setScale}
              options={[
                { value: 'own', label: 'Own axis' },
                { value: 'same', label: 'Same axis' },
              ]}
            />
          )}
          <Button
            size="sm"
            disabled={turns < 2}
            onClick={() => setTurn((turn + 1) % turns)}
            icon={<RefreshCw className="size-3.5" aria-hidden="true" />}
          >
            Others
          </Button>
          <IconButton
            label={isTable ? 'Show the drawings' : 'Show the table behind the drawings'}
            size="sm"
            aria-pressed={isTable}
            disabled={samples.length === 0}
            onClick={() => setTable(!isTable)}
          >
            {isTable ? (
              <Shapes className="size-4" aria-hidden="true" />
            ) : (
              <Table2 className="size-4" aria-hidden="true" />
            )}
          </IconButton>
        </div>
      }
    >
      {query.isError && query.data === undefined ? (
        <ErrorState
          title="The samples could not be loaded"
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      ) : query.isPending ? (
        <div className={GRID}>
          {dataset.classNames.slice(0, 10).map((name) => (
            <Skeleton key={name} className="h-32" />
          ))}
        </div>
      ) : samples.length === 0 ? (
        <EmptyState title="This split has no rows" isCompact />
      ) : isTable ? (
        <div className="h-96">
          <ChartTable title="Samples" data={samplesTable(dataset, shown)} />
        </div>
      ) : (
        <SampleDrawings dataset={dataset} samples={shown} scale={scale} />
      )}
    </Panel>
  );
}

const GRID = 'grid grid-cols-2 gap-x-4 gap-y-4 sm:grid-cols-3 sm:gap-x-6';
/** Where there is room, a class keeps to its columns. */
const COLUMNS =
  'xl:auto-cols-fr xl:grid-flow-col xl:grid-cols-none xl:grid-rows-[repeat(var(--rows),auto)]';
const PICTURE_GRID = 'grid grid-cols-3 gap-x-4 gap-y-4 sm:grid-cols-5 xl:grid-cols-10';

interface DrawingsProps {
  dataset: DatasetSummary;
  samples: readonly DatasetSample[];
  scale: Scale;
}

function SampleDrawings({ dataset, samples, scale }: DrawingsProps) {
  const palette = useChartPalette();
  const { shape } = dataset;
  const labelOf = ({ index, className }: DatasetSample): string =>
    `Row ${index + 1} of class ${className}`;
  if (shape.kind === 'signal') {
    const common = rangeOf(samples.flatMap(({ values }) => values));
    return (
      <>
        <Cards samples={samples}>
          {(sample) => (
            <SignalFigure
              channels={channelsOf(sample, shape)}
              range={scale === 'same' ? common : rangeOf(sample.values)}
              palette={palette}
              label={labelOf(sample)}
            />
          )}
        </Cards>
        <Legend>
          <span>
            Value by position, 1 to {formatCount(shape.length)}; the unit is the data’s own.
          </span>
          {shape.channels > 1 &&
            Array.from({ length: Math.min(8, shape.channels) }, (_, channel) => (
              <LegendEntry
                key={seriesColor(palette, channel)}
                color={seriesColor(palette, channel)}
              >
                channel {channel + 1}
              </LegendEntry>
            ))}
        </Legend>
      </>
    );
  }
  if (samples.some(({ codes }) => codes !== undefined)) {
    return (
      <>
        <Cards samples={samples}>{(sample) => <CodesFigure sample={sample} />}</Cards>
        <Legend>
          <span>Codes of each visit, in order; {formatPlural(shape.features, 'code')} in all.</span>
        </Legend>
      </>
    );
  }
  const isSquare = isPicture(shape);
  const sequences = samples.map((sample) => stepsOf(sample, shape.features));
  const ranges = featureRanges(sequences, shape.features, isSquare);
  const [low, middle, high] = heatStops(palette);
  return (
    <>
      <Cards samples={samples} isPicture={isSquare}>
        {(sample) => (
          <HeatFigure
            steps={stepsOf(sample, shape.features)}
            ranges={ranges}
            isPicture={isSquare}
            palette={palette}
            label={labelOf(sample)}
          />
        )}
      </Cards>
      <Legend>
        <span className="inline-flex items-center gap-2">
          {isSquare ? formatValue(ranges[0]?.low) : 'least'}
          <span
            aria-hidden="true"
            className="h-2.5 w-24 rounded-sm"
            style={{ background: `linear-gradient(90deg, ${low}, ${middle}, ${high})` }}
          />
          {isSquare ? formatValue(ranges[0]?.high) : 'greatest, feature by feature'}
        </span>
        <span>
          {isSquare
            ? `${shape.maxSteps} steps from top to bottom, ${shape.features} features across.`
            : `Steps to the right, ${formatPlural(shape.features, 'feature')} from top to bottom.`}
        </span>
      </Legend>
    </>
  );
}

function Cards(props: {
  samples: readonly DatasetSample[];
  isPicture?: boolean;
  children: (sample: DatasetSample) => ReactNode;
}) {
  const counts = [...Map.groupBy(props.samples, ({ className }) => className).values()].map(
    (group) => group.length,
  );
  const perClass = counts[0] ?? 1;
  // Uneven classes would not stay in their columns.
  const rows = counts.some((count) => count !== perClass) ? 1 : perClass === 4 ? 2 : perClass;
  return (
    <ul
      className={props.isPicture === true ? PICTURE_GRID : clsx(GRID, rows > 1 && COLUMNS)}
      style={{ '--rows': rows } as CSSProperties}
    >
      {props.samples.map((sample) => (
        <li key={sample.index} className="min-w-0">
          <p
            className={clsx(
              'mb-1.5 flex items-baseline gap-2 text-xs',
              props.isPicture === true && 'max-w-28',
            )}
          >
            <span className="min-w-0 truncate text-ink-3">
              class <span className="font-medium text-ink">{sample.className}</span>
            </span>
            <span className="ml-auto shrink-0 text-2xs text-ink-3">
              row {formatCount(sample.index + 1)}
            </span>
          </p>
          {props.children(sample)}
        </li>
      ))}
    </ul>
  );
}

function Legend({ children }: { children: ReactNode }) {
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-ink-2">
      {children}
    </div>
  );
}
