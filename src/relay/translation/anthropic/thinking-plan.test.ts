import { describe, expect, it } from 'vitest'
import type { Conversation } from '../conversation.ts'
import { writeMessagesRequest } from './request-writer.ts'

const BUDGET_MODEL = 'claude-sonnet-4-0'
const ADAPTIVE_MODEL = 'claude-opus-4-7'

const HELLO: Conversation = {
  system: [],
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hello' }] }],
  tools: [],
  stream: false,
}

function write(change: Partial<Conversation>, model = BUDGET_MODEL): Record<string, unknown> {
  const { body, unsupported } = translate(change, model)
  expect(unsupported).toEqual([])
  return body
}

function translate(change: Partial<Conversation>, model = BUDGET_MODEL) {
  const result = writeMessagesRequest({ ...HELLO, ...change }, model)
  if (!result.ok) throw new Error(result.message)
  return { body: result.value as Record<string, unknown>, unsupported: result.unsupported }
}

describe('thinking', () => {
  it.each([
    ['minimal', 1024, 1024 + 8192],
    ['low', 1024, 1024 + 8192],
    ['medium', 8192, 8192 + 8192],
    ['high', 24_576, 24_576 + 8192],
    ['xhigh', 32_000, 32_000 + 8192],
  ] as const)(
    'at effort %s gets %d tokens of %d where the default is ours',
    (effort, budget, max) => {
      expect(write({ reasoning: { effort } })).toMatchObject({
        max_tokens: max,
        thinking: { type: 'enabled', budget_tokens: budget },
      })
    },
  )

  it.each([
    [{ effort: 'high' }, 2000, 1600],
    [{ effort: 'high' }, 1100, 1024],
    [{ budgetTokens: 5000 }, 3000, 2999],
    [{ budgetTokens: 100 }, 3000, 1024],
    [{ budgetTokens: 2000, effort: 'high' }, 9000, 2000],
    [{ budgetTokens: -1 }, 20_000, 8192],
    [{ includeThoughts: true }, 20_000, 8192],
  ] as const)('%j below a max_tokens of %d gets %d', (reasoning, maxTokens, budget) => {
    expect(write({ reasoning, maxTokens })).toMatchObject({
      max_tokens: maxTokens,
      thinking: { type: 'enabled', budget_tokens: budget },
    })
  })

  it('is named where max_tokens leaves no room for it', () => {
    const { body, unsupported } = translate({ reasoning: { effort: 'low' }, maxTokens: 1024 })
    expect(unsupported).toEqual(['reasoning_effort'])
    expect(body).not.toHaveProperty('thinking')
  })

  it('stays within what an older model can say', () => {
    expect(write({ reasoning: { effort: 'xhigh' } }, 'claude-opus-4-1-20250805')).toMatchObject({
      max_tokens: 32_000,
      thinking: { budget_tokens: 25_600 },
    })
  })

  it.each([
    [{ effort: 'minimal' }, 'low', 1024],
    [{ effort: 'medium' }, 'medium', 8192],
    [{ effort: 'xhigh' }, 'xhigh', 32_000],
    [{ budgetTokens: 1000 }, 'low', 1024],
    [{ budgetTokens: 10_000 }, 'medium', 8192],
    [{ budgetTokens: 20_000 }, 'high', 24_576],
    [{ budgetTokens: 50_000 }, 'xhigh', 32_000],
  ] as const)('%j is effort %s where the model decides itself', (reasoning, effort, extra) => {
    expect(write({ reasoning }, ADAPTIVE_MODEL)).toMatchObject({
      max_tokens: 8192 + extra,
      thinking: { type: 'adaptive' },
      output_config: { effort },
    })
  })

  it('is shown or hidden as the caller wants', () => {
    const thinking = (includeThoughts: boolean) =>
      write({ reasoning: { effort: 'low', includeThoughts } }, ADAPTIVE_MODEL).thinking
    expect(thinking(true)).toEqual({ type: 'adaptive', display: 'summarized' })
    expect(thinking(false)).toEqual({ type: 'adaptive', display: 'omitted' })
    expect(
      write({ reasoning: { includeThoughts: false } }, ADAPTIVE_MODEL).thinking,
    ).toBeUndefined()
  })

  it('has no effort beyond high before 4.7', () => {
    const { output_config: config } = write({ reasoning: { effort: 'xhigh' } }, 'claude-opus-4-6')
    expect(config).toEqual({ effort: 'high' })
  })

  it.each([
    [BUDGET_MODEL, { type: 'disabled' }, []],
    [ADAPTIVE_MODEL, { type: 'disabled' }, []],
    ['claude-opus-5-5', undefined, ['reasoning_effort']],
    ['claude-3-opus-20240229', undefined, []],
  ])('can be turned off for %s by %j', (model, thinking, missing) => {
    for (const reasoning of [{ effort: 'none' }, { budgetTokens: 0 }] as const) {
      const { body, unsupported } = translate({ reasoning }, model)
      expect([body.thinking, unsupported]).toEqual([thinking, missing])
    }
  })

  it('is no ability of the early models', () => {
    const { body, unsupported } = translate(
      { reasoning: { effort: 'low' } },
      'claude-3-5-haiku-latest',
    )
    expect(unsupported).toEqual(['reasoning_effort'])
    expect(body).toEqual({
      model: 'claude-3-5-haiku-latest',
      max_tokens: 4096,
      messages: [{ role: 'user', content: 'Hello' }],
    })
  })

  it('has room in the default of models that always think', () => {
    expect(write({}, 'claude-sonnet-5-5').max_tokens).toBe(16_384)
    expect(write({ maxTokens: 100 }, 'claude-sonnet-5-5').max_tokens).toBe(100)
  })
})

describe('sampling', () => {
  it.each<[string, Partial<Conversation>, object, string[]]>([
    [
      BUDGET_MODEL,
      { temperature: 0.3, topP: 0.5, topK: 3 },
      { temperature: 0.3, top_p: 0.5, top_k: 3 },
      [],
    ],
    [BUDGET_MODEL, { temperature: 1.5 }, {}, ['temperature']],
    [BUDGET_MODEL, { temperature: 1, reasoning: { effort: 'low' } }, {}, []],
    [
      BUDGET_MODEL,
      { temperature: 0, topK: 3, reasoning: { effort: 'low' } },
      {},
      ['temperature', 'top_k'],
    ],
    [BUDGET_MODEL, { topP: 0.96, reasoning: { effort: 'low' } }, { top_p: 0.96 }, []],
    [BUDGET_MODEL, { topP: 0.5, reasoning: { effort: 'low' } }, {}, ['top_p']],
    ['claude-haiku-4-5', { temperature: 0.3, topP: 0.5 }, { temperature: 0.3 }, ['top_p']],
    ['claude-haiku-4-5', { temperature: 0.3, topP: 1 }, { temperature: 0.3 }, []],
    ['claude-haiku-4-5', { topP: 0.5 }, { top_p: 0.5 }, []],
    [ADAPTIVE_MODEL, { temperature: 1, topP: 1 }, {}, []],
    [ADAPTIVE_MODEL, { temperature: 0, topP: 0.5, topK: 3 }, {}, ['temperature', 'top_p', 'top_k']],
    [
      'glm-5',
      { temperature: 0.3, topP: 0.5, topK: 3 },
      { temperature: 0.3, top_p: 0.5, top_k: 3 },
      [],
    ],
  ])('of %s: %j becomes %j', (model, change, expected, missing) => {
    const { body, unsupported } = translate(change, model)
    const { temperature, top_p, top_k } = body
    expect({ temperature, top_p, top_k }).toEqual({
      temperature: undefined,
      top_p: undefined,
      top_k: undefined,
      ...expected,
    })
    expect(unsupported).toEqual(missing)
  })
})
