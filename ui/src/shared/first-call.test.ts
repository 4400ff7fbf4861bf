import { describe, expect, it } from 'vitest'
import { firstCallCommand } from './first-call.ts'

describe('firstCallCommand', () => {
  it('calls the relay with a model that it has', () => {
    const command = firstCallCommand(
      { up: true, url: 'http://127.0.0.1:8080', models: ['deepseek-v3.2'] },
      "Say 'hi'",
    )
    expect(command).toContain('curl http://127.0.0.1:8080/v1/chat/completions')
    expect(command).toContain('"model":"deepseek-v3.2"')
    expect(command).toContain("Say '\\''hi'\\''")
  })
})
