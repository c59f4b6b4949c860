'use client';

import { PageHeader } from '../../ui/PageHeader.tsx';
import { AboutPanel } from './AboutPanel.tsx';
import { AppearancePanel } from './AppearancePanel.tsx';
import { AuditPanel } from './AuditPanel.tsx';
import { PrincipalPanel } from './PrincipalPanel.tsx';
import { TokensPanel } from './TokensPanel.tsx';

/** Who is logged in and what they may do; for admins tokens and the audit log. */
export function SettingsPage() {
  return (
    <>
      <PageHeader title="Settings" hint="This browser’s session, tokens and what was done." />
      <div className="grid gap-4">
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <PrincipalPanel />
          <div className="grid gap-4">
            <AppearancePanel />
            <AboutPanel />
          </div>
        </div>
        <TokensPanel />
        <AuditPanel />
      </div>
    </>
  );
}
