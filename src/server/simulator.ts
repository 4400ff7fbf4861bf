import { setTimeout as sleep } from 'node:timers/promises'
import {
  type ChatCompletionRequest,
  type Fixture,
  type FixtureResponse,
  LLMock,
} from '@copilotkit/aimock'
import type { Simulation } from '../playbook/index.ts'
import type { Running } from './running.ts'
import { type Exchange, Front, mediaAnswers, modelAnswer } from './simulator/index.ts'

/** Time a real provider takes: until the first token, and for each that follows. */
const FIRST_TOKEN_MS = 250
const TOKENS_PER_SECOND = 80

/** A chunk of a stream carries about five tokens. */
const CHUNK_CHARACTERS = 20
const CHUNKS_PER_SECOND = TOKENS_PER_SECOND / 5

/**
 * A stream that is cut ends with these events, the last of them lost: some words have been said
 * by then. They hold a token each, so that short answers are cut, too.
 */
const EVENTS_BEFORE_CUT = 4
const RESPONSES_EVENTS_BEFORE_CUT = 7
const CUT_CHUNK_CHARACTERS = 4

/** Speeds the simulator can answer at; a request's own speed is rounded down to one of them. */
const SPEEDS = [1, 10, 100, 1_000] as const

/** From this speed on nothing waits: a timer cannot be shorter than a millisecond anyway. */
const INSTANT_SPEED = 1_000

/**
 * Starts simulated providers on a loopback port. They speak the protocols of OpenAI, Anthropic
 * and Google. What they answer is steered by a request header, see `SIMULATION_HEADER`; a request
 * without it is answered as a model would, at the pace of a real provider.
 */
export async function startSimulator(settings: { readonly port: number }): Promise<Running> {
  const mock = new LLMock({
    host: '127.0.0.1',
    port: settings.port,
    logLevel: 'silent',
    chunkSize: CHUNK_CHARACTERS,
    journalMaxEntries: 1,
  })
  const front = new Front()
  mock.mount('/v1', front)
  mock.mount('/v1beta', front)
  mock.addFixtures([
    brokenAnswer(front),
    brokenStream(front, RESPONSES_EVENTS_BEFORE_CUT, (path) => path === '/v1/responses'),
    brokenStream(front, EVENTS_BEFORE_CUT, (path) => path !== '/v1/responses'),
    ...SPEEDS.map((speed) => answerAt(front, speed)),
    ...mediaAnswers(front),
  ])
  await mock.start()
  return {
    ports: { simulator: mock.port },
    async stop() {
      const stopped = mock.stop()
      front.close()
      await stopped
    },
  }
}

/** An answer whose connection ends before it has begun. */
function brokenAnswer(front: Front): Fixture {
  return {
    match: {
      predicate: (request) => isCut(front, request) && request.stream !== true,
    },
    response: (request) => answer(front, request, INSTANT_SPEED),
    chaos: { disconnectRate: 1 },
  }
}

/** A stream whose connection ends after so many events. */
function brokenStream(
  front: Front,
  events: number,
  isMeant: (path: string | undefined) => boolean,
): Fixture {
  return {
    match: {
      predicate: (request) =>
        isCut(front, request) &&
        request.stream === true &&
        isMeant(front.exchange(request._context)?.path),
    },
    response: (request) => answer(front, request, INSTANT_SPEED),
    truncateAfterChunks: events,
    chunkSize: CUT_CHUNK_CHARACTERS,
    // the pause lets what was written leave before the connection is cut
    latency: 5,
  }
}

function isCut(front: Front, request: ChatCompletionRequest): boolean {
  return simulationOf(front, request).fault === 'cut'
}

function answerAt(front: Front, speed: (typeof SPEEDS)[number]): Fixture {
  return {
    match: {
      endpoint: 'chat',
      predicate: (request) => speedOf(simulationOf(front, request)) === speed,
    },
    response: (request) => answer(front, request, speed),
    ...(speed < INSTANT_SPEED && {
      streamingProfile: { ttft: FIRST_TOKEN_MS, tps: CHUNKS_PER_SECOND, jitter: 0.3 },
      replaySpeed: speed,
    }),
  }
}

async function answer(
  front: Front,
  request: ChatCompletionRequest,
  speed: number,
): Promise<FixtureResponse> {
  const exchange = exchangeOf(front, request)
  const { response, tokens } = modelAnswer(request, exchange)
  if (request.stream !== true && speed < INSTANT_SPEED && tokens > 0) {
    await sleep((FIRST_TOKEN_MS + (tokens * 1_000) / TOKENS_PER_SECOND) / speed)
  }
  return response
}

function speedOf({ speed: wanted = 1 }: Simulation): number {
  return SPEEDS.findLast((speed) => speed <= wanted) ?? 1
}

function simulationOf(front: Front, { _context }: ChatCompletionRequest): Simulation {
  return front.exchange(_context)?.simulation ?? {}
}

/** Requests that came by another way than the front's, as aimock takes many, are OpenAI's. */
function exchangeOf(front: Front, request: ChatCompletionRequest): Exchange {
  const known = front.exchange(request._context)
  return known ?? { path: '', protocol: 'openai', simulation: {}, body: () => ({ ...request }) }
}
