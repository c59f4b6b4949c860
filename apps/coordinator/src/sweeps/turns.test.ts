import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

describe('Turns', () => {
  it('runs one at a time a key, in the order asked, whatever fails', async () => {
    const turns = new Turns();
    const steps: string[] = [];
    const work =
      (name: string, fails = false) =>
      async () => {
        steps.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        steps.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const all = await Promise.allSettled([
      turns.take('x', work('a')),
      turns.take('x', work('b', true)),
      turns.take('x', work('c')),
    ]);
    expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('runs as many at a time as it is wide', async () => {
    const turns = new Turns(2);
    let running = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running--;
    };
    await Promise.all(Array.from({ length: 9 }, () => turns.take('x', work)));
    expect(most).toBe(2);
  });

  it('does not hold up other keys', async () => {
    const turns = new Turns();
    void turns.take('x', () => new Promise(() => {}));
    expect(await turns.take('y', async () => 'through')).toBe('through');
  });
});
