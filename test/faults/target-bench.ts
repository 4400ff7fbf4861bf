import type { ServerResponse } from 'node:http'
import { sendJson, wholeAnswer } from './chat-answers.ts'
import type { ProviderKind } from './provider-answers.ts'
import { type BenchSettings, type RelayBench, startRelay } from './relay-fixture.ts'
import type { Answer, TestProvider } from './test-provider.ts'

/** A target of the model `m`: its provider is called as the target is. */
export interface TestTarget {
  readonly answer?: Answer
  readonly kind?: ProviderKind
  readonly baseUrl?: string
  readonly weight?: number
  readonly priority?: number
}

/** Starts a relay whose model `m` has these targets, each at a provider of its own. */
export function startTargets(
  targets: Readonly<Record<string, TestTarget>>,
  settings: BenchSettings = {},
  model: object = {},
): Promise<RelayBench> {
  const list = Object.entries(targets).map(([name, { weight, priority }]) => ({
    target: `${name}/m`,
    ...(weight !== undefined && { weight }),
    ...(priority !== undefined && { priority }),
  }))
  return startRelay({
    ...settings,
    relay: { retry: { base_ms: 5 }, ...settings.relay },
    providers: targets,
    models: { m: { targets: list, ...model } },
  })
}

/** Fails as often as it is told, then answers well. */
export function failing(times: number, fail: Answer, then: Answer = answerWell): Answer {
  let left = times
  return (response, received) => (left-- > 0 ? fail : then)(response, received)
}

export const answerWell: Answer = (response) => sendJson(response, wholeAnswer())

/** Refuses with a status and an error in OpenAI's shape. */
export function refuse(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  code: string | null = null,
): Answer {
  return (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify({ error: { message: 'no', type: 'x', param: null, code } }))
  }
}

export const resetConnection: Answer = ({ socket }) => socket?.resetAndDestroy()

export function callsOf(bench: RelayBench, name: string): number {
  return providerCalled(bench, name).received.length
}

export function providerCalled(bench: RelayBench, name: string): TestProvider {
  const provider = bench.providers[name]
  if (provider === undefined) throw new Error(`no provider ${name}`)
  return provider
}

/** What a state page says of the breaker of each target. */
export async function breakersOf(bench: RelayBench): Promise<Readonly<Record<string, string>>> {
  const { providers } = JSON.parse(await bench.page('/api/v1/status')) as {
    readonly providers: readonly {
      readonly breakers: readonly { readonly target: string; readonly state: string }[]
    }[]
  }
  return Object.fromEntries(
    providers.flatMap(({ breakers }) => breakers.map(({ target, state }) => [target, state])),
  )
}
