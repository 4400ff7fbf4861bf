import { describe, expect, it } from 'vitest'
import { readCallerHeaders } from './caller-headers.ts'

function recorded(...rawHeaders: string[]): Record<string, unknown> {
  const { recordFields } = readCallerHeaders(rawHeaders)
  return JSON.parse(`{${recordFields.slice(1)}}`) as Record<string, unknown>
}

describe('the headers of a caller', () => {
  it('go on to the provider, except credentials, connection, and what was meant for us', () => {
    const { forwarded } = readCallerHeaders([
      ...['Host', 'relay', 'Authorization', 'Bearer hss_x', 'Cookie', 'a=b', 'X-Api-Key', 'k'],
      ...['Connection', 'keep-alive, X-Hop', 'X-Hop', '1', 'Accept-Encoding', 'gzip'],
      ...['X-HolySheep-User-Id', 'u', 'X-Bellwether-Labels', 'a=b', 'traceparent', '00-1-2-3'],
      ...[
        'X-Forwarded-For',
        '10.0.0.1',
        'Proxy-Authorization',
        'Basic x',
        'Expect',
        '100-continue',
      ],
      ...['OpenAI-Beta', 'assistants=v2', 'User-Agent', 'OpenAI/JS 7', 'Accept', '*/*'],
    ])
    expect(forwarded).toEqual([
      ...['OpenAI-Beta', 'assistants=v2', 'User-Agent', 'OpenAI/JS 7', 'Accept', '*/*'],
    ])
  })

  it('give the trace of the caller, his own id before the standard one', () => {
    const parent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
    expect(recorded('traceparent', parent)).toEqual({
      trace_id: 'a'.repeat(32),
      span_id: 'b'.repeat(16),
    })
    expect(recorded('traceparent', parent, 'x-holysheep-trace-id', 't-1').trace_id).toBe('t-1')
    expect(recorded('x-holysheep-trace-id', 't-1', 'traceparent', 'nonsense')).toEqual({
      trace_id: 't-1',
    })
  })

  it.each([
    ['app=web, release=1.4.2,team=a', { app: 'web', release: '1.4.2', team: 'a' }],
    ['{"app":"web","release":7,"beta":true,"deep":{}}', { app: 'web', release: '7', beta: 'true' }],
    ['app=a=b', { app: 'a=b' }],
  ])('give the labels of %s', (header, labels) => {
    const fields = recorded('X-Bellwether-Labels', header)
    expect(fields).toMatchObject({ labels, app: labels.app })
    expect(fields.release).toBe('release' in labels ? labels.release : undefined)
  })

  it.each(['{"broken', 'novalue', '=x', '', '[1]', 'null'])('give no labels for %j', (header) => {
    expect(readCallerHeaders(['x-bellwether-labels', header]).recordFields).toBe('')
  })

  it('are read as UTF-8 where they are', () => {
    const latin1 = Buffer.from('người-dùng').toString('latin1')
    expect(readCallerHeaders(['x-holysheep-user-id', latin1]).userId).toBe('người-dùng')
    expect(readCallerHeaders(['x-holysheep-user-id', 'caf\u00e9']).userId).toBe('café')
  })

  it.each([
    ['OpenAI/JS 7.57.0', 'OpenAI/JS 7.57.0'],
    ['curl/8.5.0', 'curl/8.5.0'],
    ['Mozilla/5.0 (X11; Linux) Gecko', 'Mozilla/5.0'],
  ])('name the library of %s', (userAgent, sdk) => {
    expect(recorded('user-agent', userAgent)).toEqual({ sdk })
  })

  it('say whether bodies may be kept', () => {
    expect(readCallerHeaders([]).logBody).toBe(true)
    expect(readCallerHeaders(['X-Bellwether-Log-Body', 'False']).logBody).toBe(false)
  })
})
