'use client';

import type { TokenSummary } from '@starling/domain';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useApi } from '../../browser/api.tsx';
import { usePermission, usePrincipal } from '../../browser/use-principal.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/feedback.tsx';
import { Checkbox } from '../../ui/inputs.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { SimpleTable } from '../../ui/SimpleTable.tsx';
import { Time } from '../../ui/Time.tsx';
import { CreateTokenDialog } from './CreateTokenDialog.tsx';
import { RevokeToken } from './RevokeToken.tsx';
import { roleMeanings } from './role-words.ts';

/** Tokens: who or what may call, and when they last did. For admins. */
export function TokensPanel() {
  const principal = usePrincipal();
  const administering = usePermission('administer');
  if (principal === undefined) return <Skeleton className="h-64" />;
  if (!administering.isAllowed) {
    return (
      <Panel title="Tokens" isFlush>
        <EmptyState title="Admins manage tokens" isCompact>
          {administering.why}
        </EmptyState>
      </Panel>
    );
  }
  return <TokenList ownTokenId={principal.tokenId} />;
}

function TokenList({ ownTokenId }: { ownTokenId: string }) {
  const api = useApi();
  const query = useQuery(api.access.listTokens.queryOptions());
  const [isCreating, setCreating] = useState(false);
  const [hasRevoked, setHasRevoked] = useState(false);
  const revoked = (query.data ?? []).filter(({ revokedAt }) => revokedAt !== null).length;
  const rows = (query.data ?? []).filter(({ revokedAt }) => hasRevoked || revokedAt === null);
  return (
    <Panel
      title="Tokens"
      hint="Stored hashed; the text of each was shown once"
      isFlush
      actions={
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <Checkbox
            label={`Show revoked (${revoked})`}
            checked={hasRevoked}
            disabled={revoked === 0}
            onChange={(event) => setHasRevoked(event.target.checked)}
          />
          <Button
            size="sm"
            icon={<Plus className="size-3.5" aria-hidden="true" />}
            onClick={() => setCreating(true)}
          >
            Create a token
          </Button>
        </div>
      }
    >
      {query.isError && query.data === undefined ? (
        <ErrorState
          title="The tokens could not be loaded"
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      ) : query.isPending ? (
        <Skeleton className="m-4 h-32" />
      ) : (
        <SimpleTable<TokenSummary>
          caption="Tokens"
          rows={rows}
          rowKey={(token) => token.tokenId}
          columns={[
            {
              key: 'name',
              header: 'Name',
              cell: (token) => (
                <span className="flex flex-wrap items-center gap-x-2">
                  <span className="font-medium break-words text-ink">{token.name}</span>
                  {token.tokenId === ownTokenId && <Badge tone="accent">yours</Badge>}
                  <span className="w-full text-xs text-ink-3 sm:hidden">{token.role}</span>
                </span>
              ),
              className: 'sm:min-w-36',
            },
            {
              key: 'role',
              header: 'Role',
              cell: (token) => <Badge title={roleMeanings[token.role]}>{token.role}</Badge>,
              className: 'hidden sm:table-cell',
            },
            {
              key: 'created',
              header: 'Created',
              cell: (token) => <Time at={token.createdAt} />,
              className: 'hidden whitespace-nowrap text-ink-2 md:table-cell',
            },
            {
              key: 'used',
              header: 'Last used',
              cell: (token) =>
                token.lastUsedAt === null ? 'never' : <Time at={token.lastUsedAt} />,
              className: 'whitespace-nowrap text-ink-2',
            },
            {
              key: 'id',
              header: 'Id',
              cell: (token) => (
                <span className="font-mono text-2xs whitespace-nowrap text-ink-3">
                  {token.tokenId}
                </span>
              ),
              className: 'hidden xl:table-cell',
            },
            {
              key: 'revoke',
              header: <span className="sr-only">Revoke</span>,
              align: 'right',
              cell: (token) =>
                token.revokedAt === null ? (
                  <RevokeToken token={token} isOwn={token.tokenId === ownTokenId} />
                ) : (
                  <span className="text-xs whitespace-nowrap text-ink-3">
                    revoked <Time at={token.revokedAt} />
                  </span>
                ),
            },
          ]}
        />
      )}
      <CreateTokenDialog isOpen={isCreating} onOpenChange={setCreating} />
    </Panel>
  );
}
