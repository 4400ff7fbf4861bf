import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PROTOCOLS } from './index.ts'
import { readErrorKind, readErrorMessage } from './read-error.ts'

describe('the message of an error', () => {
  it.each([
    ['OpenAI', { error: { message: 'no such model', type: 'x' } }],
    ['Anthropic', { type: 'error', error: { type: 'api_error', message: 'no such model' } }],
    ['Google', { error: { code: 404, message: 'no such model', status: 'NOT_FOUND' } }],
    ['Google in a list', [{ error: { code: 404, message: 'no such model' } }]],
    ['Ollama', { error: 'no such model' }],
    ['vLLM', { object: 'error', message: 'no such model', code: 404 }],
    ['FastAPI', { detail: 'no such model' }],
    ['FastAPI with a list', { detail: [{ msg: 'no such model' }] }],
    ['a bare string', 'no such model'],
    ['an empty message beside another', { error: { message: '' }, message: 'no such model' }],
  ])('is found as %s writes it', (_, body) => {
    expect(readErrorMessage(body)).toBe('no such model')
  })

  it('names the fields that FastAPI complains of', () => {
    const detail = [
      { loc: ['body', 'messages', 0, 'role'], msg: 'Field required', type: 'missing' },
      { loc: ['body', 'model'], msg: 'Input should be a string' },
      { nonsense: true },
    ]
    expect(readErrorMessage({ detail })).toBe(
      'body.messages.0.role: Field required; body.model: Input should be a string',
    )
  })

  it('is the whole object where none of its members is known', () => {
    expect(readErrorMessage({ fault: 'odd' })).toBe('{"fault":"odd"}')
    expect(readErrorMessage([[{ error: 'odd' }]])).toBe('[[{"error":"odd"}]]')
  })

  it.each([[null], [undefined], [''], [42], [true], [[]], [[null]]])('is missing in %j', (body) => {
    expect(readErrorMessage(body)).toBeUndefined()
  })
})

describe('the kind of an error', () => {
  it.each([
    [
      'OpenAI',
      { error: { message: 'm', type: 'invalid_request_error', code: 'bad_key', param: 'model' } },
      { type: 'invalid_request_error', code: 'bad_key', param: 'model' },
    ],
    [
      'Anthropic',
      { type: 'error', error: { type: 'billing_error', details: { error_code: 'limit' } } },
      { type: 'billing_error', code: 'limit' },
    ],
    [
      'Google',
      {
        error: {
          code: 400,
          status: 'INVALID_ARGUMENT',
          details: [
            { '@type': 'x', fieldViolations: [{ field: 'contents', description: 'd' }] },
            { '@type': 'y', reason: 'API_KEY_INVALID' },
          ],
        },
      },
      { type: 'INVALID_ARGUMENT', code: 'API_KEY_INVALID', param: 'contents' },
    ],
    ['Google in a list', [{ error: { code: 429, status: 'X' } }], { type: 'X' }],
    ['OpenRouter', { error: { message: 'm', code: 402 } }, { code: '402' }],
    [
      'vLLM',
      { message: 'm', type: 'BadRequestError', code: 400, param: null },
      { type: 'BadRequestError', code: '400' },
    ],
    ['a bare string', { error: 'm' }, {}],
  ])('is found as %s writes it', (_, body, expected) => {
    expect(readErrorKind(body)).toEqual(expected)
  })

  it('is found again in what each protocol writes', () => {
    const error = {
      status: 400,
      message: 'model is missing',
      type: 'invalid_request_error',
      code: 'missing_model',
      param: 'model',
      retry: false,
    } as const
    for (const protocol of Object.values(PROTOCOLS)) {
      const body: unknown = JSON.parse(protocol.errorBody(error, 'req_1'))
      expect(readErrorMessage(body)).toBe('model is missing')
      expect(readErrorKind(body).code?.toLowerCase()).toBe('missing_model')
    }
  })
})

describe('what is no error at all', () => {
  it('never throws, however it looks', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (body) => {
        const named = { error: body, message: body, detail: body, details: body, status: body }
        for (const each of [body, named, { error: named }, [named]]) {
          readErrorMessage(each)
          readErrorKind(each)
        }
      }),
    )
  })

  it('never throws, however deep it is nested', () => {
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))
    expect(readErrorMessage(deep)).toBeUndefined()
    expect(readErrorMessage({ fault: deep })).toBeUndefined()
    expect(readErrorKind({ error: deep })).toEqual({})
  })
})
