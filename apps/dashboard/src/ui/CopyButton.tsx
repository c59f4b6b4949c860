'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from './Button.tsx';

const SHOWN_MS = 1600;

/** The clipboard API is for secure contexts; plain http beyond localhost copies by selection. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setIsCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  return (
    <IconButton
      label={isCopied ? 'Copied' : label}
      size="sm"
      onClick={() => void copyText(text).then(() => setIsCopied(true))}
    >
      {isCopied ? (
        <Check className="size-3.5 text-good" aria-hidden="true" />
      ) : (
        <Copy className="size-3.5" aria-hidden="true" />
      )}
      <span className="sr-only" aria-live="polite">
        {isCopied ? 'Copied' : ''}
      </span>
    </IconButton>
  );
}

/** A command or snippet with its copy button. */
export function Snippet({ text, label }: { text: string; label: string }) {
  // Browsers break lines after any hyphen, which tears flags apart: only spaces may end a line.
  const parts = text.split(/(\s+)/).map((part, place) => ({ part, place }));
  return (
    <div className="relative rounded-md border border-line bg-sunken">
      {/* Wrapped, not scrolled: everything is in sight without a pointer. */}
      <pre className="py-2.5 pr-10 pl-3 font-mono text-xs leading-5 break-words whitespace-pre-wrap text-ink">
        {parts.map(({ part, place }) =>
          part.trim() === '' ? (
            part
          ) : (
            <span key={place} className="inline-block max-w-full">
              {part}
            </span>
          ),
        )}
      </pre>
      <span className="absolute top-1 right-1 rounded-md bg-sunken">
        <CopyButton text={text} label={label} />
      </span>
    </div>
  );
}
