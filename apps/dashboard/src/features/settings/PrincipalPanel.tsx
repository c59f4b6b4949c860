'use client';

import { clsx } from 'clsx';
import { Check, LogOut, Minus } from 'lucide-react';
import { useState } from 'react';
import { usePrincipal } from '../../browser/use-principal.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Skeleton } from '../../ui/feedback.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { announceError } from '../../ui/Toast.tsx';
import { logOut } from '../access/log-in.ts';
import { LoginLink } from './LoginLink.tsx';
import { describePermissions, roleMeanings } from './role-words.ts';

/** Who is logged in here, and what the role may do. */
export function PrincipalPanel() {
  const principal = usePrincipal();
  const [isLeaving, setLeaving] = useState(false);
  const leave = async (): Promise<void> => {
    setLeaving(true);
    try {
      await logOut();
    } catch (error) {
      setLeaving(false);
      announceError('Logging out failed: the coordinator does not answer', error);
    }
  };
  return (
    <Panel
      title="You"
      actions={
        <Button
          size="sm"
          isBusy={isLeaving}
          icon={<LogOut className="size-3.5" aria-hidden="true" />}
          onClick={() => void leave()}
        >
          Log out
        </Button>
      }
    >
      {principal === undefined ? (
        <Skeleton className="h-64" />
      ) : (
        <>
          <p className="flex flex-wrap items-center gap-2">
            <span className="text-lg font-semibold break-words text-ink">{principal.name}</span>
            <Badge tone="accent">{principal.role}</Badge>
          </p>
          <p className="mt-0.5 text-sm text-ink-2">{roleMeanings[principal.role]}</p>
          <p className="mt-0.5 font-mono text-2xs break-all text-ink-3">{principal.tokenId}</p>
          <ul className="mt-3 space-y-1.5 border-t border-line pt-3 text-sm">
            {describePermissions(principal.role).map(({ permission, words, isHeld }) => (
              <li key={permission} className="flex items-start gap-2">
                {isHeld ? (
                  <Check className="mt-0.5 size-4 shrink-0 text-good" aria-label="May" />
                ) : (
                  <Minus className="mt-0.5 size-4 shrink-0 text-ink-3" aria-label="May not" />
                )}
                <span className={clsx(isHeld ? 'text-ink' : 'text-ink-3')}>{words}</span>
              </li>
            ))}
          </ul>
          <LoginLink />
        </>
      )}
    </Panel>
  );
}
