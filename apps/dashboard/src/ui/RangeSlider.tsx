'use client';

import { Slider } from '@base-ui/react/slider';

interface RangeSliderProps {
  label: string;
  /** Positions on the track, from 0 to `steps`. */
  low: number;
  high: number;
  steps: number;
  /** The value at a position, for screen readers. */
  describe: (position: number) => string;
  onChange: (low: number, high: number) => void;
}

const thumbClass =
  'size-4 rounded-full border-2 border-accent bg-surface shadow-[0_1px_3px_rgb(0_0_0/25%)] has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-offset-2 has-[:focus-visible]:outline-accent';

/** Two thumbs on one track; arrows move one step, Page Up and Page Down ten. */
export function RangeSlider(props: RangeSliderProps) {
  const { label, low, high, steps, describe, onChange } = props;
  return (
    <Slider.Root
      value={[low, high]}
      min={0}
      max={steps}
      largeStep={10}
      thumbCollisionBehavior="none"
      onValueChange={(value) => {
        if (!Array.isArray(value)) return;
        const [first = low, second = high] = value as number[];
        onChange(first, second);
      }}
    >
      <Slider.Control className="flex w-full touch-none items-center py-2.5 select-none">
        <Slider.Track className="h-1 w-full rounded-full bg-line select-none">
          <Slider.Indicator className="rounded-full bg-accent select-none" />
          <Slider.Thumb
            index={0}
            aria-label={`${label}, lowest`}
            getAriaValueText={(_text, value) => describe(value)}
            className={thumbClass}
          />
          <Slider.Thumb
            index={1}
            aria-label={`${label}, highest`}
            getAriaValueText={(_text, value) => describe(value)}
            className={thumbClass}
          />
        </Slider.Track>
      </Slider.Control>
    </Slider.Root>
  );
}
