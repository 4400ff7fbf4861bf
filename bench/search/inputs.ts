import { readFileSync } from 'node:fs'
import { loadTexts } from '../store/records.ts'
import { logNormal, pick, randomFrom } from './random.ts'

const DATA = '../../../shared/data'
const TRACES = ['azure-llm-trace-2023-conv.csv', 'azure-llm-trace-2023-code.csv']
const QUESTIONS = 'gsm8k-test.jsonl'

/** Calls that are made up where there is no trace. */
const MADE_UP_CALLS = 20_000

interface Tokens {
  readonly prompt: number
  readonly answer: number
}

/** What records are made of: real texts and real sizes of calls where there are any. */
export interface Inputs {
  readonly texts: readonly string[]
  readonly tokens: readonly Tokens[]
  /** Where both come from, for the report. */
  readonly source: string
}

/** Loads what records are made of; the data sets lie beside the repository, if anywhere. */
export function loadInputs(): Inputs {
  const { texts, source } = loadTexts()
  const questions = linesOf(QUESTIONS).map((line) => questionOf(line))
  const trace = TRACES.flatMap((file) => linesOf(file).slice(1)).map(tokensOf)
  const sources = [
    source,
    ...(questions.length > 0 ? ['GSM8K questions'] : []),
    trace.length > 0 ? 'token counts of the Azure LLM trace 2023' : 'token counts made up',
  ]
  return {
    texts: [...texts.map(({ text }) => text), ...questions],
    tokens: trace.length > 0 ? trace : madeUpTokens(),
    source: sources.join('; '),
  }
}

function linesOf(file: string): string[] {
  try {
    const text = readFileSync(new URL(`${DATA}/${file}`, import.meta.url), 'utf8')
    return text.split(/\r?\n/).filter((line) => line !== '')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

function questionOf(line: string): string {
  const { question, answer } = JSON.parse(line) as { question: string; answer: string }
  return `${question} ${answer}`
}

function tokensOf(line: string): Tokens {
  const [, prompt, answer] = line.split(',').map(Number)
  return { prompt: prompt ?? 1, answer: answer ?? 1 }
}

function madeUpTokens(): Tokens[] {
  const random = randomFrom(1)
  return Array.from({ length: MADE_UP_CALLS }, () => ({
    prompt: Math.ceil(logNormal(1_000, 1, random)),
    answer: Math.ceil(logNormal(150, 0.8, random)),
  }))
}

/** A text and another one for the answer. */
export function twoTexts({ texts }: Inputs, random: () => number): readonly [string, string] {
  return [pick(texts, random()), pick(texts, random())]
}
