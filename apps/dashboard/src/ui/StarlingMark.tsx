/** The mark: a starling banking in flight, specks on its wing. Decorative beside the name. */
export function StarlingMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true" focusable="false">
      <path
        fill="currentColor"
        d="M2.2 17.6c4.9.5 8.5-1 11-4.4C15.4 10.1 18 5.6 23.4 3.2c-.6 4.3-1.3 7.2-2.4 9.6 2.2.2 4.2 1 5.6 2.5l3.6 1.2-3.2 1.5c-1.1 3.5-4.2 6-8.2 6.6l-5.7 4.3c-1 .7-2.3.5-3-.1l3.4-4.4c-4.9-.5-9-2.6-11.3-6.8Z"
      />
      <g fill="var(--mark-speck, #fff)" opacity="0.85">
        <circle cx="17.4" cy="12.1" r="0.9" />
        <circle cx="14.6" cy="15.4" r="0.9" />
        <circle cx="18.6" cy="16" r="0.9" />
        <circle cx="15.7" cy="19.2" r="0.9" />
        <circle cx="11.4" cy="18.2" r="0.9" />
        <circle cx="20.3" cy="8.6" r="0.8" />
      </g>
    </svg>
  );
}
