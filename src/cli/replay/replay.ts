import { createHash } from 'node:crypto'
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError, messageOf } from '../../kernel/index.ts'
import {
  parseTexts,
  parseTraces,
  type ReplayOutcome,
  type ReplayPlan,
  runReplay,
} from '../../playbook/index.ts'
import { openReplayTarget } from '../../server/index.ts'
import { answer, type CliContext, readConfig } from '../context.ts'
import type { ReplayCommandOptions } from './options.ts'
import { replayProgress } from './progress.ts'
import { replayTable } from './table.ts'

const SAMPLES = fileURLToPath(new URL('../../../samples', import.meta.url))
const SAMPLE_TRACE = ['azure-llm-trace-2023-conv.300.csv']
const SAMPLE_TEXTS = ['xquad.en.30.json', 'xquad.vi.30.json', 'xquad.zh.30.json', 'gsm8k.30.jsonl']

/** Replays as the options say and answers with the reconciliation; true when it is exact. */
export async function replay(options: ReplayCommandOptions, context: CliContext): Promise<boolean> {
  const { clock } = context
  const plan = planOf(options, clock.nowMs())
  const list = options.list === undefined ? undefined : openList(options.list)
  const { target, close } = await openReplayTarget({
    data: resolve(options.data),
    config: readConfig(options, context),
    clock,
    key: options.key,
  })
  const progress = replayProgress(context.stderr)
  try {
    const outcome = await runReplay(plan, target, {
      concurrency: options.concurrency,
      sdk: options.sdk === true,
      clock,
      onProgress: progress.show,
    })
    progress.end()
    list?.(outcome)
    answer(options, context, jsonOf(outcome), replayTable(outcome))
    return outcome.reconciliation.exact
  } finally {
    progress.end()
    close()
  }
}

function planOf(options: ReplayCommandOptions, nowMs: number): ReplayPlan {
  const trace = parseTraces(readFiles(options.trace, SAMPLE_TRACE))
  return {
    run: `replay-${createHash('sha256').update(`${nowMs} ${process.pid}`).digest('hex').slice(0, 8)}`,
    trace,
    passages: parseTexts(readFiles(options.texts, SAMPLE_TEXTS)),
    calls: options.calls ?? trace.length,
    speed: options.speed,
    streamShare: options.stream,
    errorShare: options.errors,
    seed: options.seed,
  }
}

function readFiles(named: readonly string[] | undefined, samples: readonly string[]) {
  const files = named ?? samples.map((name) => resolve(SAMPLES, name))
  return files.map((file) => {
    try {
      return { name: basename(file), content: readFileSync(file, 'utf8') }
    } catch (error) {
      throw new AppError('REPLAY_INPUT_INVALID', { file, problem: messageOf(error) }, error)
    }
  })
}

/** Opens the list at once, so that a wrong path is told before thousands of calls are made. */
function openList(file: string): (outcome: ReplayOutcome) => void {
  const handle = openSync(file, 'w')
  return ({ results }) => {
    for (const result of results) writeSync(handle, `${JSON.stringify(result)}\n`)
    closeSync(handle)
  }
}

function jsonOf({ run, seconds, results, reconciliation }: ReplayOutcome) {
  return { run, seconds, calls: results.length, ...reconciliation }
}
