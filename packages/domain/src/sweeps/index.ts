export * from './space-spec.ts';
export * from './sweep-spec.ts';
export * from './sweep-status.ts';
export * from './sweep-summary.ts';
