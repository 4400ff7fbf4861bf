import { setTimeout as sleep } from 'node:timers/promises'
import {
  type ChatCompletionRequest,
  type Fixture,
  type FixtureResponse,
  LLMock,
} from '@copilotkit/aimock'
import { type Fault, SIMULATION_FIELD, type Simulation } from '../playbook/index.ts'
import type { Running } from './running.ts'
import { simulatedAnswer } from './simulated-answer.ts'

/** Time a real provider takes: until the first token, and for each that follows. */
const FIRST_TOKEN_MS = 250
const TOKENS_PER_SECOND = 80

/** About four characters are a token; a chunk of a stream carries about five tokens. */
const CHARACTERS_PER_TOKEN = 4
const CHUNK_CHARACTERS = 20
const CHUNKS_PER_SECOND = (TOKENS_PER_SECOND * CHARACTERS_PER_TOKEN) / CHUNK_CHARACTERS

const CHUNKS_BEFORE_CUT = 3

/** Speeds the simulator can answer at; a request's own speed is rounded down to one of them. */
const SPEEDS = [1, 10, 100, 1_000] as const

/** From this speed on nothing waits: a timer cannot be shorter than a millisecond anyway. */
const INSTANT_SPEED = 1_000

const FAULT_ERRORS: Readonly<Record<Exclude<Fault, 'cut'>, FixtureResponse>> = {
  rate_limit: {
    status: 429,
    error: {
      message: 'Rate limit reached for requests',
      type: 'rate_limit_error',
      code: 'rate_limit_exceeded',
    },
  },
  server_error: {
    status: 500,
    error: {
      message: 'The server had an error while processing your request',
      type: 'server_error',
    },
  },
  overloaded: {
    status: 503,
    error: { message: 'The engine is currently overloaded', type: 'server_error' },
  },
}

/**
 * Starts simulated providers that speak OpenAI's chat protocol on a loopback port. What they
 * answer is steered by the request's `metadata.simulate`; a request without it gets an answer
 * made of its own words, at the pace of a real provider.
 */
export async function startSimulator(settings: { readonly port: number }): Promise<Running> {
  const mock = new LLMock({
    host: '127.0.0.1',
    port: settings.port,
    logLevel: 'silent',
    chunkSize: CHUNK_CHARACTERS,
    journalMaxEntries: 1,
  })
  mock.addFixtures([brokenAnswer(true), brokenAnswer(false), ...SPEEDS.map(answerAt)])
  await mock.start()
  return {
    ports: { simulator: mock.port },
    async stop() {
      await mock.stop()
    },
  }
}

/** An answer whose connection ends before it is complete. */
function brokenAnswer(stream: boolean): Fixture {
  return {
    match: {
      predicate: (request) =>
        simulationOf(request).fault === 'cut' && (request.stream === true) === stream,
    },
    response: (request) => answer(request, INSTANT_SPEED),
    ...(stream
      ? // the pause lets what was written leave before the connection is cut
        { truncateAfterChunks: CHUNKS_BEFORE_CUT, latency: 5 }
      : { chaos: { disconnectRate: 1 } }),
  }
}

function answerAt(speed: (typeof SPEEDS)[number]): Fixture {
  return {
    match: { predicate: (request) => speedOf(request) === speed },
    response: (request) => answer(request, speed),
    ...(speed < INSTANT_SPEED && {
      streamingProfile: { ttft: FIRST_TOKEN_MS, tps: CHUNKS_PER_SECOND, jitter: 0.3 },
      replaySpeed: speed,
    }),
  }
}

async function answer(request: ChatCompletionRequest, speed: number): Promise<FixtureResponse> {
  const { fault, promptTokens, completionTokens } = simulationOf(request)
  if (fault !== undefined && fault !== 'cut') return FAULT_ERRORS[fault]
  const words = lastUserText(request)
  const content = simulatedAnswer(
    words,
    completionTokens === undefined ? undefined : completionTokens * CHARACTERS_PER_TOKEN,
  )
  if (request.stream !== true && speed < INSTANT_SPEED) {
    const tokens = completionTokens ?? content.length / CHARACTERS_PER_TOKEN
    await sleep((FIRST_TOKEN_MS + (tokens * 1_000) / TOKENS_PER_SECOND) / speed)
  }
  return {
    content,
    ...(promptTokens !== undefined &&
      completionTokens !== undefined && {
        usage: { prompt_tokens: promptTokens, completion_tokens: completionTokens },
      }),
  }
}

function speedOf(request: ChatCompletionRequest): number {
  const wanted = simulationOf(request).speed ?? 1
  return SPEEDS.findLast((speed) => speed <= wanted) ?? 1
}

/** What a request asks of the simulator; parsed once per request, however many fixtures look. */
const parsed = new WeakMap<ChatCompletionRequest, Simulation>()

function simulationOf(request: ChatCompletionRequest): Simulation {
  const known = parsed.get(request)
  if (known !== undefined) return known
  const metadata = request.metadata as Readonly<Record<string, unknown>> | null | undefined
  const simulation = parseSimulation(metadata?.[SIMULATION_FIELD])
  parsed.set(request, simulation)
  return simulation
}

function parseSimulation(value: unknown): Simulation {
  if (typeof value !== 'string') return {}
  try {
    return JSON.parse(value) as Simulation
  } catch {
    return {}
  }
}

function lastUserText(request: ChatCompletionRequest): string {
  const content = request.messages.findLast(({ role }) => role === 'user')?.content ?? ''
  return typeof content === 'string' ? content : content.map(({ text }) => text ?? '').join(' ')
}
