'use client';

import type { ApiClient } from '@starling/api/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApiClient } from '../browser/api.tsx';
import { nowMs } from '../browser/now.ts';
import { askLive, useLiveSocket, useLiveStatus } from './LiveProvider.tsx';
import type { SweepDelta } from './live-messages.ts';
import { type LiveSweep, mergeCurves, trialsWithoutStart } from './merge-deltas.ts';
import { type CatchUp, SweepChannel } from './sweep-channel.ts';

/** Rows loaded at once; a sweep with more says so on its page. */
export const ROWS_AT_MOST = 20_000;
const CURVE_POINTS = 300;
/** Deltas that arrive within this time are drawn together. */
const FLUSH_EVERY_MS = 150;
const ASK_AGAIN_AFTER_MS = 2000;

export function liveSweepKey(sweepId: string): readonly unknown[] {
  return ['live-sweep', sweepId];
}

/** A snapshot: the summary first, so that everything else is at least as new as its number. */
async function loadLiveSweep(client: ApiClient, sweepId: string): Promise<LiveSweep> {
  const sweep = await client.sweeps.get.query({ id: sweepId });
  const [board, curves] = await Promise.all([
    client.sweeps.leaderboard.query({ sweepId, limit: ROWS_AT_MOST }),
    client.sweeps.curves.query({ sweepId, points: CURVE_POINTS }),
  ]);
  return {
    sequence: sweep.sequence,
    rowsSequence: Math.max(sweep.sequence, board.sequence ?? 0),
    sweep,
    rows: Object.fromEntries(board.rows.map((row) => [row.id, row])),
    curves: Object.fromEntries(curves.map((curve) => [curve.trialId, curve])),
  };
}

/** A sweep that moves by itself; `catchUp` is what happened after the last absence. */
export function useLiveSweep(sweepId: string) {
  const client = useApiClient();
  const queryClient = useQueryClient();
  const socket = useLiveSocket();
  const status = useLiveStatus();
  const [catchUp, setCatchUp] = useState<(CatchUp & { atMs: number }) | null>(null);
  const query = useQuery({
    queryKey: liveSweepKey(sweepId),
    queryFn: () => loadLiveSweep(client, sweepId),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

  useEffect(() => {
    const key = liveSweepKey(sweepId);
    const read = (): LiveSweep | undefined => queryClient.getQueryData(key);
    const write = (state: LiveSweep): void => {
      queryClient.setQueryData(key, state);
    };
    let isOver = false;
    let held: SweepDelta[] = [];
    let flushTimer: ReturnType<typeof setTimeout> | undefined;
    let retryTimer: ReturnType<typeof setTimeout> | undefined;
    const asked = new Set<string>();

    const channel = new SweepChannel({
      watch: (since) => askLive((answer) => socket.emit('sweep.watch', { sweepId, since }, answer)),
      load: () =>
        queryClient.fetchQuery({
          queryKey: key,
          queryFn: () => loadLiveSweep(client, sweepId),
        }),
      read,
      write,
      nowMs,
      onCatchUp: (report) => setCatchUp({ ...report, atMs: nowMs() }),
      onError: () => {
        clearTimeout(retryTimer);
        retryTimer = setTimeout(() => {
          if (!isOver && socket.connected) void channel.connected();
        }, ASK_AGAIN_AFTER_MS);
      },
    });

    const loadStarts = async (): Promise<void> => {
      const state = read();
      if (state === undefined) return;
      const missing = trialsWithoutStart(state).filter((id) => !asked.has(id));
      if (missing.length === 0) return;
      for (const id of missing) asked.add(id);
      const curves = await client.sweeps.curves
        .query({ sweepId, trialIds: missing.slice(0, 200), points: CURVE_POINTS })
        .catch(() => []);
      const now = read();
      if (!isOver && now !== undefined) write(mergeCurves(now, curves));
    };
    const flush = (): void => {
      flushTimer = undefined;
      const deltas = held;
      held = [];
      void channel.receive(deltas).then(loadStarts);
    };
    const onDelta = (delta: SweepDelta): void => {
      if (delta.sweepId !== sweepId) return;
      held.push(delta);
      flushTimer ??= setTimeout(flush, FLUSH_EVERY_MS);
    };
    const onConnect = (): void => void channel.connected();
    const onDisconnect = (): void => {
      held = [];
      channel.disconnected();
    };
    socket.on('sweep.delta', onDelta);
    socket.on('connect', onConnect);
    socket.on('disconnect', onDisconnect);
    if (socket.connected) onConnect();
    return () => {
      isOver = true;
      clearTimeout(flushTimer);
      clearTimeout(retryTimer);
      socket.off('sweep.delta', onDelta);
      socket.off('connect', onConnect);
      socket.off('disconnect', onDisconnect);
      if (socket.connected) socket.emit('sweep.unwatch', { sweepId }, () => undefined);
    };
  }, [client, queryClient, socket, sweepId]);

  return { query, status, catchUp, dismissCatchUp: () => setCatchUp(null) };
}
