import { createRandom } from '@starling/domain';

interface Bird {
  x: number;
  y: number;
  size: number;
  shade: number;
}

/** A flock along a folded sheet; the same one everywhere, because the seed is fixed. */
function drawFlock(count: number): Bird[] {
  const random = createRandom(11, 'murmuration');
  return Array.from({ length: count }, () => {
    const t = random.uniform() * 2 - 1;
    const fold = Math.sin(t * 2.6 + 0.4);
    const spread = 0.24 * (1 - t * t) + 0.03;
    const x = 160 + t * 138 + random.normal() * 7;
    const y = 66 + fold * 30 - t * 12 + random.normal() * spread * 74;
    const depth = random.uniform();
    return {
      x: Math.round(x * 10) / 10,
      y: Math.round(y * 10) / 10,
      size: Math.round((0.55 + depth * 1.15) * 100) / 100,
      shade: Math.round((0.3 + depth * 0.7) * 100) / 100,
    };
  });
}

const flock = drawFlock(260);

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
