import { type Role, roles } from '@starling/domain';
import type { Command } from 'commander';
import {
  addConnectionFlags,
  type CommonFlags,
  connected,
  type Kit,
  oneOf,
  show,
} from '../command-kit.ts';
import { renderTable } from '../output/table.ts';
import { loginLink } from '../stack/up.ts';

/** `starling token …` and `starling login-link` */
export function addAccessCommands(program: Command, { terminal }: Kit): void {
  const token = program.command('token').description('tokens and their roles');

  addConnectionFlags(token.command('create'))
    .description('make a token; its text is shown this once')
    .requiredOption('--role <role>', roles.join(', '), oneOf(roles))
    .requiredOption('--name <name>', 'whom or what it is for')
    .action(
      connected(async ({ api, call }, flags: CommonFlags & { role: Role; name: string }) => {
        const made = await call(
          api.access.createToken.mutate({ name: flags.name, role: flags.role }),
        );
        if (flags.json !== true) terminal.err('keep it: it is shown this once');
        show(terminal, flags, made, () => made.token);
      }),
    );

  addConnectionFlags(token.command('list'))
    .description('every token, without its text')
    .action(
      connected(async ({ api, call }, flags: CommonFlags) => {
        const tokens = await call(api.access.listTokens.query());
        show(terminal, flags, tokens, () =>
          renderTable(
            tokens,
            [
              { title: 'id', cell: (row) => row.tokenId },
              { title: 'name', cell: (row) => row.name },
              { title: 'role', cell: (row) => row.role },
              { title: 'made', cell: (row) => row.createdAt },
              { title: 'last used', cell: (row) => row.lastUsedAt ?? 'never' },
              { title: 'revoked', cell: (row) => row.revokedAt ?? '' },
            ],
            terminal.isFancy,
          ),
        );
      }),
    );

  addConnectionFlags(token.command('revoke'))
    .description('end a token’s life at once')
    .argument('<id>', 'its id, as token list shows it')
    .action(
      connected(async ({ api, call }, flags: CommonFlags, id: string) => {
        await call(api.access.revokeToken.mutate({ id }));
        show(terminal, flags, { revoked: id }, () => `${id} is revoked`);
      }),
    );

  addConnectionFlags(program.command('login-link'))
    .description('an address that logs a browser in, once')
    .action(
      connected(async (connection, flags: CommonFlags) => {
        const link = await loginLink(connection);
        show(terminal, flags, { url: link }, () => link);
      }),
    );
}
