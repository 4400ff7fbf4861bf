import { Command } from 'commander'
import { AppError } from '../../kernel/index.ts'
import { openDataAccounts } from '../../server/index.ts'
import { answer, type CliContext, type CommonOptions } from '../context.ts'
import { type DefineCommand, defineCommand } from '../define-command.ts'
import { expiryOption } from '../expiry-option.ts'
import { nameListOption, pathListOption } from '../name-list-option.ts'
import { integerOption } from '../number-option.ts'

type Keys = ReturnType<typeof openDataAccounts>['keys']
type Key = ReturnType<Keys['list']>[number]
type NewKey = Parameters<Keys['create']>[0]

interface CreateOptions extends CommonOptions {
  readonly name: string
  readonly team?: string
  readonly models?: readonly string[]
  readonly endpoints?: readonly string[]
  readonly rpm?: number
  readonly tpm?: number
  readonly concurrent?: number
  readonly expires?: number
}

/** `bellwether keys create | list | revoke`. A running relay sees a change within a second. */
export const keysCommand: DefineCommand = (context) =>
  new Command('keys')
    .description('make, list and revoke the API keys of callers')
    .addCommand(createCommand(context))
    .addCommand(listCommand(context))
    .addCommand(revokeCommand(context))

function createCommand(context: CliContext): Command {
  const { clock } = context
  return defineCommand('create', 'make a key and print it, this once')
    .requiredOption('--name <name>', 'name of the key, as it stands in records')
    .option('--team <team>', 'team that owns the key')
    .option(
      '--models <names>',
      'models that may be called: a,b,gpt-4* (default: all)',
      nameListOption,
    )
    .option(
      '--endpoints <paths>',
      'endpoints that may be called: /v1/chat/completions,/v1/audio/* (default: all)',
      pathListOption,
    )
    .option('--rpm <number>', 'requests a minute', integerOption)
    .option('--tpm <number>', 'tokens a minute, prompt and answer', integerOption)
    .option('--concurrent <number>', 'calls under way at once', integerOption)
    .option('--expires <when>', 'end of the key: 30d, 12h, 2027-01-31, an ISO time', (value) =>
      expiryOption(value, clock.nowMs()),
    )
    .action((options: CreateOptions) => {
      withKeys(options, context, (keys) => {
        const { key, secret } = keys.create(newKeyOf(options))
        answer(options, context, { ...key, key: secret }, secret)
      })
    })
}

function newKeyOf(options: CreateOptions): NewKey {
  const { name, team, models, endpoints, rpm, tpm, concurrent, expires } = options
  const limits = {
    ...(rpm !== undefined && { requestsPerMinute: rpm }),
    ...(tpm !== undefined && { tokensPerMinute: tpm }),
    ...(concurrent !== undefined && { concurrent }),
  }
  return {
    name,
    ...(team !== undefined && { team }),
    ...(models !== undefined && { models }),
    ...(endpoints !== undefined && { endpoints }),
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(expires !== undefined && { expiresMs: expires }),
  }
}

function listCommand(context: CliContext): Command {
  return defineCommand('list', 'list all keys, revoked ones too; never the keys themselves').action(
    (options: CommonOptions) => {
      withKeys(options, context, (keys) => {
        const all = keys.list()
        const nowMs = context.clock.nowMs()
        const lines = all.map((key) => lineOf(key, nowMs))
        answer(options, context, all, lines.length === 0 ? 'no keys' : lines.join('\n'))
      })
    },
  )
}

function lineOf(key: Key, nowMs: number): string {
  const { id, name, team, createdMs, models, endpoints, limits, expiresMs } = key
  return [
    id.padEnd(22),
    stateOf(key, nowMs).padEnd(8),
    secondOf(createdMs),
    name,
    ...(team === undefined ? [] : [`(${team})`]),
    ...(models === undefined ? [] : [`models=${models.join(',')}`]),
    ...(endpoints === undefined ? [] : [`endpoints=${endpoints.join(',')}`]),
    ...(limits?.requestsPerMinute === undefined ? [] : [`rpm=${limits.requestsPerMinute}`]),
    ...(limits?.tokensPerMinute === undefined ? [] : [`tpm=${limits.tokensPerMinute}`]),
    ...(limits?.concurrent === undefined ? [] : [`concurrent=${limits.concurrent}`]),
    ...(expiresMs === undefined ? [] : [`expires=${secondOf(expiresMs)}`]),
  ].join('  ')
}

function stateOf({ revokedMs, expiresMs }: Key, nowMs: number): string {
  if (revokedMs !== undefined) return 'revoked'
  return expiresMs !== undefined && nowMs >= expiresMs ? 'expired' : 'in force'
}

function secondOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19)
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
