'use client';

import type { ApiOutputs } from '@starling/api/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { useApi } from '../../browser/api.tsx';
import { usePermission, usePrincipal } from '../../browser/use-principal.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/feedback.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { SimpleTable } from '../../ui/SimpleTable.tsx';
import { Time } from '../../ui/Time.tsx';
import { cursorOf, newestPage, turnNewer, turnOlder } from './audit-pages.ts';
import { describeAction, describeDetail, splitActor, subjectPath } from './describe-audit.ts';

const PAGE_SIZE = 20;

type AuditEvent = ApiOutputs['system']['audit']['items'][number];

/** Who did what to what, newest first, a page at a time. For admins. */
export function AuditPanel() {
  const principal = usePrincipal();
  const administering = usePermission('administer');
  if (principal === undefined) return <Skeleton className="h-64" />;
  if (!administering.isAllowed) {
    return (
      <Panel title="Audit log" isFlush>
        <EmptyState title="Admins read the audit log" isCompact>
          {administering.why}
        </EmptyState>
      </Panel>
    );
  }
  return <AuditPages />;
}

function AuditPages() {
  const api = useApi();
  const [seen, setSeen] = useState(newestPage);
  const before = cursorOf(seen);
  const query = useQuery(
    api.system.audit.queryOptions(
      { limit: PAGE_SIZE, before },
      // Older pages never change; the newest does.
      {
        placeholderData: keepPreviousData,
        staleTime: before === null ? 0 : Number.POSITIVE_INFINITY,
      },
    ),
  );
  const older = query.isPlaceholderData ? null : (query.data?.cursor ?? null);
  return (
    <Panel
      title="Audit log"
      hint={before === null ? 'Who did what, newest first' : `Page ${seen.length}`}
      isFlush
      actions={
        <div className="flex gap-2">
          <Button
            size="sm"
            disabled={before === null}
            icon={<ChevronLeft className="size-3.5" aria-hidden="true" />}
            onClick={() => setSeen(turnNewer(seen))}
          >
            Newer
          </Button>
          <Button
            size="sm"
            disabled={older === null}
            onClick={() => setSeen(turnOlder(seen, older))}
          >
            Older
            <ChevronRight className="size-3.5" aria-hidden="true" />
          </Button>
        </div>
      }
    >
      {query.isError && query.data === undefined ? (
        <ErrorState
          title="The audit log could not be loaded"
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      ) : query.isPending ? (
        <Skeleton className="m-4 h-64" />
      ) : query.data.items.length === 0 ? (
        <EmptyState title="Nothing was done yet" isCompact />
      ) : (
        <AuditEvents events={query.data.items} />
      )}
    </Panel>
  );
}

/** A table where there is room for one, else a list. */
function AuditEvents({ events }: { events: readonly AuditEvent[] }) {
  return (
    <>
      <SimpleTable<AuditEvent>
        caption="Audit log"
        rows={events}
        className="hidden lg:block"
        rowKey={(event) => event.id}
        columns={[
          {
            key: 'at',
            header: 'When',
            cell: (event) => <Time at={event.at} />,
            className: 'w-28 whitespace-nowrap text-ink-2',
          },
          {
            key: 'actor',
            header: 'Who',
            cell: (event) => {
              const { name, tokenId } = splitActor(event.actor);
              return <span title={tokenId ?? undefined}>{name}</span>;
            },
            className: 'whitespace-nowrap',
          },
          {
            key: 'action',
            header: 'What',
            cell: (event) => <span title={event.action}>{describeAction(event.action)}</span>,
            className: 'whitespace-nowrap',
          },
          {
            key: 'subject',
            header: 'To what',
            cell: (event) => <Subject event={event} />,
          },
          {
            key: 'detail',
            header: 'Detail',
            cell: (event) => (
              <span className="text-xs break-words text-ink-2">{describeDetail(event.detail)}</span>
            ),
            className: 'min-w-48',
          },
        ]}
      />
      <ul className="divide-y divide-line text-sm lg:hidden">
        {events.map((event) => (
          <li key={event.id} className="px-4 py-2.5">
            <p className="flex items-baseline justify-between gap-3">
              <span className="min-w-0 text-ink">
                <span className="font-medium">{splitActor(event.actor).name}</span>{' '}
                {describeAction(event.action)}
              </span>
              <span className="shrink-0 text-xs text-ink-3">
                <Time at={event.at} />
              </span>
            </p>
            <p className="mt-0.5 truncate">
              <Subject event={event} />
            </p>
            <p className="text-xs break-words text-ink-2 empty:hidden">
              {describeDetail(event.detail)}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}

function Subject({ event }: { event: AuditEvent }) {
  const path = subjectPath(event.action, event.subject);
  const text = <span className="font-mono text-xs whitespace-nowrap">{event.subject}</span>;
  return path === null ? (
    text
  ) : (
    <Link href={path} className="text-accent hover:underline">
      {text}
    </Link>
  );
}
