import { expect, it } from 'vitest'
import { AppError } from '../kernel/index.ts'
import { reportError } from './report-error.ts'

function report(error: unknown, json = false) {
  let text = ''
  const code = reportError(error, json, { write: (part) => (text += part) })
  return { code, text }
}

it('tells a person what failed, what varies, and what to do', () => {
  const error = new AppError('PORT_IN_USE', { port: 8080, setting: 'listen.relay' })
  expect(report(error)).toEqual({
    code: 1,
    text: [
      'PORT_IN_USE: port is used by another process',
      '  port: 8080',
      '  setting: listen.relay',
      '',
      'Stop what uses the port, or set another one in bellwether.yaml.',
      '',
    ].join('\n'),
  })
})

it('tells a program the same in one line', () => {
  const { text } = report(new AppError('KEY_NAME_TAKEN', { name: 'shop' }), true)
  expect(text.trimEnd().split('\n')).toHaveLength(1)
  expect(JSON.parse(text)).toMatchObject({
    error: { code: 'KEY_NAME_TAKEN', details: { name: 'shop' }, remedy: expect.any(String) },
  })
})

it('lists problems one per line and leaves out what is unknown', () => {
  const error = new AppError('CONFIG_INVALID', { file: undefined, problems: ['a: b', 'c: d'] })
  expect(report(error).text).toContain('  problems:\n    a: b\n    c: d\n')
  expect(report(error).text).not.toContain('file')
})

it('ends with 2 for wrong usage and with 1 for anything unexpected', () => {
  expect(report(new AppError('USAGE')).code).toBe(2)
  expect(report(new Error('boom'))).toEqual({ code: 1, text: 'INTERNAL: boom\n' })
})
