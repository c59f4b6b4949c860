import { describe, expect, it } from 'vitest';
import { isAllowed, permissions, roles } from './roles.ts';

describe('isAllowed', () => {
  it('grants exactly this table', () => {
    const table = Object.fromEntries(
      roles.map((role) => [role, permissions.filter((permission) => isAllowed(role, permission))]),
    );
    expect(table).toEqual({
      admin: ['read', 'operate', 'administer', 'infer'],
      operator: ['read', 'operate', 'infer'],
      viewer: ['read'],
      worker: ['work'],
      client: ['infer'],
    });
  });
});
