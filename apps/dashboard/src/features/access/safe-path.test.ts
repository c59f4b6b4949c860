import { describe, expect, it } from 'vitest';
import { safePath } from './safe-path.ts';

describe('safePath', () => {
  it.each([
    ['/sweeps/swp_1?tab=yaml', '/sweeps/swp_1?tab=yaml'],
    ['/', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/a\\b', '/'],
    ['https://evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/\t/evil.example', '/'],
    ['/login?next=/login', '/'],
    ['', '/'],
  ])('leads %j to %j', (next, path) => expect(safePath(next)).toBe(path));
});
