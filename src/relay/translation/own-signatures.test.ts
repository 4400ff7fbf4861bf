import { describe, expect, it } from 'vitest'
import type { ProtocolName } from '../protocols/protocol.ts'
import type { AnswerContext } from './codec.ts'
import { translateCall } from './translate.ts'

const SIGNED = {
  type: 'message',
  role: 'assistant',
  content: [
    { type: 'thinking', thinking: 'Hm', signature: 'sig-of-claude' },
    { type: 'text', text: 'Hello' },
  ],
  stop_reason: 'end_turn',
}

function translate(request: Readonly<Record<string, unknown>>, protocol: ProtocolName) {
  const context: AnswerContext = {
    requestId: 'req_1',
    model: 'mine',
    createdSeconds: 1,
    wantsUsage: false,
    request: { ...request, contents: [...(request.contents as unknown[])] },
  }
  const result = translateCall('generate_content', protocol, 'claude-sonnet-4-5', false, context)
  if (!result.ok) throw new Error(result.message)
  return result.value
}

const ASK = { role: 'user', parts: [{ text: 'hi' }] }

describe('thoughts that a provider has signed', () => {
  const answer = translate({ contents: [ASK] }, 'anthropic').answer.whole(SIGNED) as {
    readonly candidates: readonly { readonly content: unknown }[]
  }
  const next = { contents: [ASK, answer.candidates[0]?.content, ASK] }

  it('go back to the provider they came from as it gave them', () => {
    expect(JSON.stringify(translate(next, 'anthropic').body)).toContain('"sig-of-claude"')
  })

  it('go to no other', () => {
    expect(JSON.stringify(answer)).toContain('sig-of-claude')
    expect(JSON.stringify(translate(next, 'openai').body)).not.toContain('sig-of-claude')
  })

  it('are not taken for those of a provider when nothing says so', () => {
    const foreign = { role: 'model', parts: [{ text: 'Hm', thought: true, thoughtSignature: 'x' }] }
    const { body } = translate({ contents: [ASK, foreign, ASK] }, 'anthropic')
    expect(JSON.stringify(body)).not.toContain('signature')
  })
})
