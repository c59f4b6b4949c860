'use client';

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi } from '../../browser/api.tsx';
import { ErrorNote, Skeleton } from '../../ui/feedback.tsx';
import { Panel } from '../../ui/Panel.tsx';

const databaseWords = {
  embedded: 'Embedded PostgreSQL, started and kept by Starling',
  external: 'External PostgreSQL, by DATABASE_URL',
} as const;

/** What runs here. */
export function AboutPanel() {
  const api = useApi();
  const query = useQuery(api.system.info.queryOptions(undefined, { staleTime: 60_000 }));
  const info = query.data;
  const wait = <Skeleton className="my-0.5 h-4 w-24" />;
  return (
    <Panel title="About">
      <dl className="divide-y divide-line text-sm">
        <Line name="Starling">{info === undefined ? wait : `version ${info.version}`}</Line>
        <Line name="Worker protocol">
          {info === undefined ? wait : `version ${info.protocolVersion}`}
        </Line>
        <Line name="Database">{info === undefined ? wait : databaseWords[info.database]}</Line>
      </dl>
      {query.isError && info === undefined && (
        <div className="mt-2">
          <ErrorNote error={query.error} />
        </div>
      )}
    </Panel>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline gap-4 py-1.5 first:pt-0 last:pb-0">
      <dt className="w-32 shrink-0 text-ink-2">{name}</dt>
      <dd className="min-w-0 text-ink">{children}</dd>
    </div>
  );
}
