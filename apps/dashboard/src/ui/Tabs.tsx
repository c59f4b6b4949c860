'use client';

import { Tabs as BaseTabs } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

interface TabsProps<Value extends string> {
  value: Value;
  onValue: (value: Value) => void;
  tabs: readonly { value: Value; label: ReactNode; content: () => ReactNode }[];
  actions?: ReactNode;
}

/** Tabs whose panels are drawn only while shown. */
export function Tabs<Value extends string>({ value, onValue, tabs, actions }: TabsProps<Value>) {
  return (
    <BaseTabs.Root value={value} onValueChange={(next) => onValue(next as Value)}>
      <div className="flex flex-wrap items-center gap-x-3 border-b border-line">
        <BaseTabs.List className="flex min-w-0 flex-1 gap-1 overflow-x-auto overflow-y-hidden">
          {tabs.map((tab) => (
            <BaseTabs.Tab
              key={tab.value}
              value={tab.value}
              className="relative h-10 shrink-0 px-3 text-sm font-medium whitespace-nowrap text-ink-2 -outline-offset-2 hover:text-ink data-active:text-ink data-active:after:absolute data-active:after:inset-x-2 data-active:after:bottom-0 data-active:after:h-0.5 data-active:after:rounded-full data-active:after:bg-accent"
            >
              {tab.label}
            </BaseTabs.Tab>
          ))}
        </BaseTabs.List>
        {actions}
      </div>
      {tabs.map((tab) => (
        <BaseTabs.Panel key={tab.value} value={tab.value} className="pt-4 -outline-offset-2">
          {tab.value === value ? tab.content() : null}
        </BaseTabs.Panel>
      ))}
    </BaseTabs.Root>
  );
}
