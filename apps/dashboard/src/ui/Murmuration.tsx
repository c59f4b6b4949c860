import { createRandom } from '@starling/domain';

interface Bird {
  x: number;
  y: number;
  size: number;
  shade: number;
}

const TAU = Math.PI * 2;

/**
 * A flock as people draw it from a hillside: a sheet that folds over itself, dense along the
 * fold, a few stragglers around. The same one everywhere, because the seed is fixed.
 */
function drawFlock(count: number): Bird[] {
  const random = createRandom(3, 'murmuration');
  return Array.from({ length: count }, (_, index) => {
    const isStraggler = index % 14 === 0;
    // Along the sheet, and across it; across is dense at one edge, where the sheet folds.
    const along = random.uniform();
    const across = random.uniform() ** 2.2;
    const width = 10 + 46 * Math.sin(Math.PI * along) ** 1.6;
    const turn = along * TAU * 0.92 + 0.5;
    const spineX = 18 + along * 284;
    const spineY = 62 + 26 * Math.sin(turn) - 16 * Math.sin(turn * 2.1 + 0.6);
    const tilt = 0.9 * Math.cos(turn * 0.9);
    const offset = (across - 0.25) * width;
    const scatter = isStraggler ? 9 : 1.6;
    const depth = 1 - across * 0.75;
    return {
      x: round(spineX + offset * Math.sin(tilt) + random.normal() * scatter),
      y: round(spineY + offset * Math.cos(tilt) + random.normal() * scatter),
      size: round(isStraggler ? 0.5 : 0.4 + depth * 0.75),
      shade: round(isStraggler ? 0.45 : 0.3 + depth * 0.65),
    };
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

const flock = drawFlock(520);

/** A murmuration of dots, as decoration. */
export function Murmuration({ className }: { className?: string }) {
  return (
    <svg
      viewBox="0 0 320 132"
      className={className}
      aria-hidden="true"
      focusable="false"
      fill="currentColor"
    >
      {flock.map((bird) => (
        <circle
          key={`${bird.x} ${bird.y}`}
          cx={bird.x}
          cy={bird.y}
          r={bird.size}
          opacity={bird.shade}
        />
      ))}
    </svg>
  );
}
