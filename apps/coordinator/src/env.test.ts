import { toAppError } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import { readSettings } from './env.ts';

const required = {
  DATABASE_URL: 'postgresql://u:hidden-password@db/starling',
  STARLING_INTERNAL_SECRET: 'sixteen-characters',
};
const token = `stl_${'a'.repeat(43)}`;

describe('readSettings', () => {
  it('binds to this machine alone unless told otherwise', () => {
    expect(readSettings(required)).toMatchObject({
      host: '127.0.0.1',
      port: 7878,
      databaseKind: 'external',
      bootstrapTokens: [],
      logLevel: 'info',
      importHosts: [],
      trustedProxies: [],
    });
  });

  it('reads the hosts that studies may be imported from', () => {
    const hosts = ' DB.example.org, 10.0.0.7:5433,[::1]';
    expect(readSettings({ ...required, STARLING_IMPORT_HOSTS: hosts }).importHosts).toEqual([
      'db.example.org',
      '10.0.0.7:5433',
      '[::1]',
    ]);
  });

  it('reads the proxies that are believed', () => {
    const proxies = 'loopback, 10.0.0.0/8,::1,2001:DB8::/32, 192.0.2.7';
    expect(readSettings({ ...required, STARLING_TRUST_PROXY: proxies }).trustedProxies).toEqual([
      ...['loopback', '10.0.0.0/8', '::1', '2001:db8::/32', '192.0.2.7'],
    ]);
  });

  it('reads bootstrap tokens', () => {
    const tokens = [{ token, name: 'me', role: 'admin' }];
    const settings = readSettings({
      ...required,
      STARLING_BOOTSTRAP_TOKENS: JSON.stringify(tokens),
    });
    expect(settings.bootstrapTokens).toEqual(tokens);
  });

  it.each([
    ['DATABASE_URL', undefined],
    ['STARLING_INTERNAL_SECRET', 'too-short'],
    ['STARLING_PORT', '70000'],
    ['STARLING_BOOTSTRAP_TOKENS', 'no json'],
    ['STARLING_BOOTSTRAP_TOKENS', '[{"token":"weak","name":"me","role":"admin"}]'],
    ['STARLING_DATABASE_KIND', 'mysql'],
    ['STARLING_TRUST_PROXY', 'true'],
    ['STARLING_TRUST_PROXY', 'proxy.example.org'],
    ['STARLING_TRUST_PROXY', '10.0.0.0/99'],
    ['STARLING_IMPORT_HOSTS', 'postgresql://db.example.org/x'],
  ])('names %s where it is %s, and shows no secret', (name, value) => {
    let message = '';
    try {
      readSettings({ ...required, [name]: value });
    } catch (thrown) {
      message = toAppError(thrown).message;
    }
    expect(message).toContain(name);
    expect(message).not.toContain('hidden-password');
    expect(message).not.toContain('too-short');
    expect(message).not.toContain('weak');
  });
});
