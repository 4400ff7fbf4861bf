import { setTimeout as sleep } from 'node:timers/promises'
import { createPriceBook } from '../accounts/index.ts'
import { openCursor, openReader } from '../journal/index.ts'
import { AppError, type Clock, type Config, DEFAULT_MODELS } from '../kernel/index.ts'
import type { EntrySource, ReplayTarget } from '../playbook/index.ts'
import { openDataAccounts } from './data-accounts.ts'
import { runningInstance } from './instance.ts'
import { journalFolders } from './journals.ts'

export interface ReplayTargetOptions {
  readonly data: string
  readonly config: Config
  readonly clock: Clock
  /** API key to call with; without it one named `replay` is made for the time of the replay. */
  readonly key?: string | undefined
}

export interface OpenedReplayTarget {
  readonly target: ReplayTarget
  close(): void
}

const KEY_NAME = 'replay'

/** A key that was just made is seen by the relay within a second. */
const KEY_SEEN_MS = 5_000
const KEY_PAUSE_MS = 50

const READ_BYTES = 8 * 2 ** 20

/**
 * Finds the server that runs on the data folder and opens what a replay needs of it. `close`
 * revokes the key that was made for it.
 *
 * @throws AppError NOT_RUNNING, PROVIDERS_REAL: only simulated providers are called by thousands
 */
export async function openReplayTarget(options: ReplayTargetOptions): Promise<OpenedReplayTarget> {
  const { clock, config, data } = options
  const instance = runningInstance(data)
  if (!instance.simulated) throw new AppError('PROVIDERS_REAL', { relay: instance.relay })
  const accounts = openDataAccounts(data, clock)
  const key = options.key ?? makeKey()
  const close = () => {
    if (options.key === undefined) accounts.keys.revoke(KEY_NAME)
    accounts.close()
  }

  function makeKey(): string {
    // one may be left over from a replay that was killed; nobody knows its secret any more
    accounts.keys.revoke(KEY_NAME)
    return accounts.keys.create({ name: KEY_NAME }).secret
  }

  try {
    await keyIsSeen(instance.relay, key, clock)
    const prices = createPriceBook(config.prices, clock)
    const target = {
      relay: instance.relay,
      search: instance.search,
      key,
      journal: await journalFromNow(journalFolders(data).relay),
      costNanoUsd: (model: string, promptTokens: number, completionTokens: number) =>
        prices.costNanoUsd(providerOf(model), model, {
          input_tokens: promptTokens,
          output_tokens: completionTokens,
        }),
    }
    return { target, close }
  } catch (error) {
    close()
    throw error
  }
}

function providerOf(model: string): string {
  return DEFAULT_MODELS[model as keyof typeof DEFAULT_MODELS]
}

async function keyIsSeen(relay: string, key: string, clock: Clock): Promise<void> {
  const untilMs = clock.monotonicMs() + KEY_SEEN_MS
  for (;;) {
    const { status } = await fetch(`${relay}/v1/models`, {
      headers: { authorization: `Bearer ${key}` },
    })
    if (status !== 401) return
    if (clock.monotonicMs() > untilMs) throw new AppError('KEY_UNKNOWN', { relay })
    await sleep(KEY_PAUSE_MS)
  }
}

/** What the store has read already was written before the replay: reading begins behind it. */
async function journalFromNow(folder: string): Promise<EntrySource> {
  const { position } = await openCursor(folder, 'columns')
  const reader = openReader({ folder, position })
  return {
    async read() {
      const { entries } = await reader.next(READ_BYTES)
      return entries.map(({ bytes }) => bytes)
    },
    close: () => reader.close(),
  }
}
