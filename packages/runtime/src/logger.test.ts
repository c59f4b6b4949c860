import { expect, it } from 'vitest';
import { createLogger } from './logger.ts';
import { createToken } from './tokens.ts';

function capture(format: 'json' | 'pretty' = 'json') {
  const lines: string[] = [];
  const log = createLogger('coordinator', { format, write: (line) => lines.push(line) });
  return { lines, log };
}

it('writes one JSON line with level, time, service and message', () => {
  const { lines, log } = capture();
  log.info({ sweepId: 'swp_1' }, 'sweep begun');
  log.debug('not at this level');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    ...{ level: 'info', service: 'coordinator', msg: 'sweep begun', sweepId: 'swp_1' },
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
});

it.each(['json', 'pretty'] as const)('shows no secret, wherever it hides (%s)', (format) => {
  const { lines, log } = capture(format);
  const token = createToken();
  log.info(
    {
      headers: { authorization: 'Bearer other-secret', 'set-cookie': 'session=other-secret' },
      token: 'other-secret',
      request: { headers: { cookie: 'other-secret' } },
      password: 'other-secret',
    },
    `open http://127.0.0.1:7878/login?code=${token}`,
  );
  log.error(new Error(`cannot connect to postgresql://starling:other-secret@db:5432/x ${token}`));
  const text = lines.join('');
  expect(text).not.toContain('other-secret');
  expect(text).not.toContain(token);
  expect(text).toContain('[token]');
  expect(text).toContain('starling:[password]@db:5432');
});

it('tells people the error and where it came from', () => {
  const { lines, log } = capture('pretty');
  log.warn({ err: new Error('no disk'), step: 'artifact store' }, 'cannot store');
  expect(lines[0]).toMatch(/coordinator .*warn.* cannot store .*step="artifact store"/);
  expect(lines[0]).toContain('Error: no disk');
  expect(lines[0]).toContain('logger.test.ts');
});
