'use client';

import type { TrialDetail } from '@starling/domain';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../../browser/api.tsx';
import { useSweepEvents } from '../../live/use-sweep-events.ts';
import { mergeTrial } from './merge-trial.ts';

/** A trial that grows by itself. */
export function useLiveTrial(trialId: string) {
  const api = useApi();
  const queryClient = useQueryClient();
  const query = useQuery(api.trials.get.queryOptions({ id: trialId }));
  const key = api.trials.get.queryKey({ id: trialId });
  const reload = (): void => void queryClient.invalidateQueries({ queryKey: key });
  useSweepEvents(query.data?.sweepId, {
    onChanges: (changes) => {
      const known = queryClient.getQueryData<TrialDetail>(key);
      if (known === undefined) return;
      const { trial, needsReload } = mergeTrial(known, changes);
      if (trial !== known) queryClient.setQueryData<TrialDetail>(key, trial);
      if (needsReload) reload();
    },
    onGap: reload,
  });
  return query;
}
