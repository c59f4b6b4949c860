'use client';

import type { DatasetSample, ModelVersion } from '@starling/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Play, Shuffle } from 'lucide-react';
import { useState } from 'react';
import { useApi } from '../../browser/api.tsx';
import { monotonicMs } from '../../browser/now.ts';
import { usePermission } from '../../browser/use-principal.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { ErrorText } from '../../ui/feedback.tsx';
import { SelectInput } from '../../ui/inputs.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { SampleDrawing } from '../../ui/SampleDrawing.tsx';
import {
  inferPath,
  type ParsedRow,
  type Prediction,
  parseRow,
  planInferRequest,
  type RawRow,
  readPrediction,
  readRefusal,
} from './infer.ts';
import { ProbabilityBars } from './ProbabilityBars.tsx';

const SAMPLES = 40;

async function infer(path: string, row: RawRow): Promise<Prediction> {
  const begin = monotonicMs();
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(planInferRequest(row)),
  });
  const body: unknown = await response.json().catch(() => null);
  const latencyMs = monotonicMs() - begin;
  if (!response.ok) throw new Error(readRefusal(body, response.status));
  const prediction = readPrediction(body, latencyMs);
  if (prediction === undefined) throw new Error('the endpoint gave an answer of another protocol');
  return prediction;
}

function textOf(sample: DatasetSample): string {
  return sample.steps === null ? sample.values.join(', ') : JSON.stringify(sample.steps);
}

function drawingOf(parsed: ParsedRow): Pick<DatasetSample, 'values' | 'steps'> | null {
  if (!parsed.ok) return null;
  return parsed.row.kind === 'flat'
    ? { values: parsed.row.values, steps: null }
    : { values: [], steps: parsed.row.steps };
}

/** Sends one row to the endpoint and draws what comes back. */
export function TryIt({ version, selector }: { version: ModelVersion; selector: string }) {
  const api = useApi();
  const inferring = usePermission('infer');
  const [split, setSplit] = useState<'test' | 'validation'>('test');
  const [text, setText] = useState('');
  const [actual, setActual] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  const samples = useQuery(
    api.datasets.samples.queryOptions(
      { id: version.datasetId, split, limit: SAMPLES },
      { staleTime: Number.POSITIVE_INFINITY, retry: false },
    ),
  );
  const send = useMutation({
    mutationFn: (row: RawRow) => infer(inferPath(version.modelName, selector), row),
  });
  const parsed = parseRow(text, version.shape);
  const drawing = drawingOf(parsed);
  const take = (): void => {
    const found = samples.data?.[turn % Math.max(1, samples.data.length)];
    if (found === undefined) return;
    setTurn(turn + 1);
    setText(textOf(found));
    setActual(found.className);
    const row = parseRow(textOf(found), version.shape);
    if (row.ok && inferring.isAllowed) send.mutate(row.row);
  };
  return (
    <Panel
      title="Try it"
      hint={`Sends raw values to ${inferPath(version.modelName, selector)}; standardisation happens inside.`}
    >
      <div className="grid gap-5 lg:grid-cols-2">
        <div className="min-w-0 space-y-3">
          <div className="flex flex-wrap items-end gap-2">
            <Field label="Take a row from" className="w-40">
              {(aids) => (
                <SelectInput
                  {...aids}
                  value={split}
                  onChange={(event) =>
                    setSplit(event.target.value === 'test' ? 'test' : 'validation')
                  }
                >
                  <option value="test">test split</option>
                  <option value="validation">validation split</option>
                </SelectInput>
              )}
            </Field>
            <Button
              onClick={take}
              disabled={samples.data === undefined || samples.data.length === 0}
              icon={<Shuffle className="size-4" aria-hidden="true" />}
            >
              Take a row
            </Button>
            {samples.isError && (
              <span className="pb-2 text-xs text-bad">
                <ErrorText error={samples.error} />
              </span>
            )}
          </div>
          <Field
            label="Or paste one"
            hint={
              parsed.ok
                ? actual === null
                  ? 'Ready to send.'
                  : `A row of the ${split} split; its true class is ${actual}.`
                : 'Numbers with commas or spaces, or JSON.'
            }
            errors={text === '' || parsed.ok ? [] : [parsed.message]}
          >
            {(aids) => (
              <textarea
                {...aids}
                value={text}
                onChange={(event) => {
                  setText(event.target.value);
                  setActual(null);
                }}
                rows={5}
                spellCheck={false}
                className="block w-full resize-y rounded-md border border-line-strong bg-surface px-2.5 py-2 font-mono text-xs leading-5 break-all aria-invalid:border-bad"
              />
            )}
          </Field>
          <Button
            look="primary"
            disabled={!parsed.ok || !inferring.isAllowed}
            title={inferring.why ?? undefined}
            isBusy={send.isPending}
            icon={<Play className="size-4" aria-hidden="true" />}
            onClick={() => parsed.ok && send.mutate(parsed.row)}
          >
            Predict
          </Button>
        </div>
        <div className="min-w-0 space-y-3">
          <div className="rounded-md border border-line p-3">
            {drawing === null ? (
              <p className="flex h-24 items-center justify-center text-sm text-ink-3">
                The row is drawn here.
              </p>
            ) : (
              <SampleDrawing
                shape={version.shape}
                sample={drawing}
                label="The row to classify"
                height={96}
              />
            )}
          </div>
          <div aria-live="polite" className="min-h-40">
            {send.error !== null ? (
              <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
                {send.error.message}
              </p>
            ) : send.data === undefined ? (
              <p className="flex h-32 items-center justify-center rounded-md border border-dashed border-line text-sm text-ink-3">
                The answer appears here.
              </p>
            ) : (
              <>
                <p className="mb-3 text-sm text-ink-2">
                  <span className="text-lg font-semibold text-ink">{send.data.className}</span>
                  {actual !== null && (
                    <span
                      className={
                        actual === send.data.className ? 'ml-2 text-good' : 'ml-2 text-bad'
                      }
                    >
                      {actual === send.data.className ? 'right' : `wrong, it is ${actual}`}
                    </span>
                  )}
                  <span className="float-right text-xs leading-6 text-ink-3">
                    version {send.data.version} · {Math.round(send.data.latencyMs)} ms
                  </span>
                </p>
                <ProbabilityBars
                  classNames={version.classNames}
                  probabilities={send.data.probabilities}
                  predicted={send.data.className}
                  actual={actual}
                />
              </>
            )}
          </div>
        </div>
      </div>
    </Panel>
  );
}
