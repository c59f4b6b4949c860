'use client';

import { Toast } from '@base-ui/react/toast';
import { toClientError } from '@starling/api/client';
import { clsx } from 'clsx';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';

const manager = Toast.createToastManager();

/** Says that something was done. */
export function announce(title: string, description?: string): void {
  manager.add({ title, ...(description === undefined ? {} : { description }), type: 'done' });
}

/** Says that something failed, in the coordinator's words; stays longer and interrupts. */
export function announceError(title: string, error: unknown): void {
  manager.add({
    title,
    description: toClientError(error).message,
    type: 'error',
    priority: 'high',
    timeout: 12_000,
  });
}

function Toasts() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className={clsx(
        'flex w-full items-start gap-3 rounded-lg border bg-raised p-3 shadow-float transition-[opacity,transform] duration-200 data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0',
        toast.type === 'error' ? 'border-bad' : 'border-line',
      )}
    >
      <span
        aria-hidden="true"
        className={clsx(
          'mt-1 size-2 shrink-0 rounded-full',
          toast.type === 'error' ? 'bg-bad' : 'bg-good',
        )}
      />
      <Toast.Content className="min-w-0 flex-1">
        <Toast.Title className="text-sm font-semibold text-ink" />
        <Toast.Description className="mt-0.5 text-xs break-words whitespace-pre-line text-ink-2" />
      </Toast.Content>
      <Toast.Close
        aria-label="Dismiss"
        className="inline-flex size-6 shrink-0 items-center justify-center rounded-md text-ink-3 hover:bg-sunken hover:text-ink"
      >
        <X className="size-3.5" aria-hidden="true" />
      </Toast.Close>
    </Toast.Root>
  ));
}

export function ToastProvider({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider toastManager={manager} limit={4}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-20 z-[60] flex w-[calc(100vw-2rem)] max-w-sm flex-col-reverse gap-2 lg:bottom-4">
          <Toasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}
