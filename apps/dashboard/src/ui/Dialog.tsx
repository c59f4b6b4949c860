'use client';

import { AlertDialog } from '@base-ui/react/alert-dialog';
import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { Button } from './Button.tsx';

const backdropClass =
  'fixed inset-0 z-40 bg-black/40 transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0 dark:bg-black/65';
const popupClass =
  'fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2 flex-col rounded-lg border border-line bg-raised text-ink shadow-float outline-none transition-[scale,opacity] duration-150 data-ending-style:scale-[0.98] data-ending-style:opacity-0 data-starting-style:scale-[0.98] data-starting-style:opacity-0';

const FIELDS = 'input:not([type="radio"], [type="checkbox"]), textarea';

interface DialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
  width?: 'md' | 'lg';
}

export function Dialog(props: DialogProps) {
  const { isOpen, onOpenChange, title, description, children, footer, width = 'md' } = props;
  const body = useRef<HTMLDivElement>(null);
  return (
    <BaseDialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={backdropClass} />
        <BaseDialog.Popup
          data-modal=""
          // A form begins at its first field; touch leaves the screen's keyboard down.
          initialFocus={(kind) =>
            (kind === 'touch' ? null : body.current?.querySelector<HTMLElement>(FIELDS)) ?? true
          }
          className={clsx(popupClass, width === 'md' ? 'max-w-lg' : 'max-w-2xl')}
        >
          <header className="flex items-start gap-3 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <BaseDialog.Title className="text-lg font-semibold">{title}</BaseDialog.Title>
              {description !== undefined && (
                <BaseDialog.Description className="mt-0.5 text-sm text-ink-2">
                  {description}
                </BaseDialog.Description>
              )}
            </div>
            <BaseDialog.Close
              aria-label="Close"
              className="-mr-2 inline-flex size-8 items-center justify-center rounded-md text-ink-2 hover:bg-sunken"
            >
              <X className="size-4" aria-hidden="true" />
            </BaseDialog.Close>
          </header>
          <div ref={body} className="min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-5">
            {children}
          </div>
          {footer !== undefined && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">
              {footer}
            </footer>
          )}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

interface ConfirmProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  title: string;
  /** What is lost and what stays. */
  children: ReactNode;
  confirmLabel: string;
  onConfirm: () => void;
  isBusy?: boolean;
}

/** Asks before something is lost. */
export function ConfirmDialog(props: ConfirmProps) {
  const { isOpen, onOpenChange, title, children, confirmLabel, onConfirm, isBusy } = props;
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdropClass} />
        <AlertDialog.Popup data-modal="" className={clsx(popupClass, 'max-w-md p-5')}>
          <AlertDialog.Title className="text-lg font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description
            render={<div />}
            className="mt-1 overflow-y-auto text-sm text-ink-2"
          >
            {children}
          </AlertDialog.Description>
          <div className="mt-5 flex flex-wrap justify-end gap-2">
            <Button onClick={() => onOpenChange(false)}>Keep it</Button>
            <Button look="danger" onClick={onConfirm} isBusy={isBusy ?? false}>
              {confirmLabel}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
