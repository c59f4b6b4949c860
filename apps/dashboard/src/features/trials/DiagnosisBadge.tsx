import type { Diagnosis } from '@starling/domain';
import { Badge, type Tone } from '../../ui/Badge.tsx';
import { NOTHING } from '../../ui/format.ts';

const words: Record<Diagnosis['kind'], { label: string; tone: Tone }> = {
  'high-bias': { label: 'high bias', tone: 'warn' },
  'high-variance': { label: 'high variance', tone: 'violet' },
  diverged: { label: 'diverged', tone: 'bad' },
  'still-improving': { label: 'still improving', tone: 'info' },
  healthy: { label: 'healthy', tone: 'good' },
  unknown: { label: 'unknown', tone: 'neutral' },
};

export function diagnosisLabel(diagnosis: Diagnosis | null): string {
  return diagnosis === null ? NOTHING : words[diagnosis.kind].label;
}

/** What limits a trial; the rule that said so on hover. */
export function DiagnosisBadge({ diagnosis }: { diagnosis: Diagnosis | null }) {
  if (diagnosis === null) return <span className="text-ink-3">{NOTHING}</span>;
  const { label, tone } = words[diagnosis.kind];
  return (
    <Badge tone={tone} title={diagnosis.reason}>
      {label}
    </Badge>
  );
}
