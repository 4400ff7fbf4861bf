import { Command } from 'commander'
import { AppError } from '../../kernel/index.ts'
import { openDataAccounts } from '../../server/index.ts'
import { answer, type CliContext, type CommonOptions } from '../context.ts'
import { type DefineCommand, defineCommand } from '../define-command.ts'

type Keys = ReturnType<typeof openDataAccounts>['keys']

/** `bellwether keys create | list | revoke`. A running relay sees a change within a second. */
export const keysCommand: DefineCommand = (context) =>
  new Command('keys')
    .description('make, list and revoke the API keys of callers')
    .addCommand(createCommand(context))
    .addCommand(listCommand(context))
    .addCommand(revokeCommand(context))

function createCommand(context: CliContext): Command {
  return defineCommand('create', 'make a key and print it, this once')
    .requiredOption('--name <name>', 'name of the key, as it stands in records')
    .option('--team <team>', 'team that owns the key')
    .action((options: CommonOptions & { readonly name: string; readonly team?: string }) => {
      withKeys(options, context, (keys) => {
        const { name, team } = options
        const { key, secret } = keys.create({ name, ...(team !== undefined && { team }) })
        answer(options, context, { ...key, key: secret }, secret)
      })
    })
}

function listCommand(context: CliContext): Command {
  return defineCommand('list', 'list all keys, revoked ones too; never the keys themselves').action(
    (options: CommonOptions) => {
      withKeys(options, context, (keys) => {
        const all = keys.list()
        const lines = all.map(({ id, name, team, createdMs, revokedMs }) =>
          [
            id.padEnd(22),
            revokedMs === undefined ? 'in force' : 'revoked ',
            new Date(createdMs).toISOString().slice(0, 19),
            name,
            ...(team === undefined ? [] : [`(${team})`]),
          ].join('  '),
        )
        answer(options, context, all, lines.length === 0 ? 'no keys' : lines.join('\n'))
      })
    },
  )
}

function revokeCommand(context: CliContext): Command {
  return defineCommand('revoke', 'end a key; calls with it are refused within a second')
    .argument('<key>', 'id or name of the key')
    .action((idOrName: string, options: CommonOptions) => {
      withKeys(options, context, (keys) => {
        if (!keys.revoke(idOrName)) throw new AppError('KEY_NOT_FOUND', { key: idOrName })
        answer(options, context, { revoked: idOrName }, `revoked ${idOrName}`)
      })
    })
}

function withKeys(options: CommonOptions, { clock }: CliContext, use: (keys: Keys) => void): void {
  const accounts = openDataAccounts(options.data, clock)
  try {
    use(accounts.keys)
  } finally {
    accounts.close()
  }
}
