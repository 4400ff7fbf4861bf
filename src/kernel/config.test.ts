import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig, needsSimulation, publicModels, withSimulation } from './config.ts'
import { AppError } from './errors.ts'

describe('the configuration', () => {
  let folder: string
  let file: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bellwether-config-'))
    file = join(folder, 'bellwether.yaml')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  function problemsOf(text: string, environment: Record<string, string> = {}): unknown {
    writeFileSync(file, text)
    try {
      loadConfig(file, environment)
    } catch (error) {
      return error instanceof AppError ? error.details.problems : error
    }
    return undefined
  }

  it('needs no file: without keys the simulated providers serve five models', () => {
    const config = loadConfig(undefined, {})
    expect(needsSimulation(config)).toBe(true)
    const simulated = withSimulation(config, 'http://127.0.0.1:9')
    expect(publicModels(simulated)).toHaveLength(5)
    expect(simulated.providers.openai?.base_url).toBe('http://127.0.0.1:9/v1')
  })

  it('takes providers from the environment and offers only their models', () => {
    const config = loadConfig(undefined, {
      OPENAI_API_KEY: 'sk-1',
      OPENAI_BASE_URL: 'http://127.0.0.1:7/v1',
    })
    expect(config.providers).toEqual({
      openai: { kind: 'openai', base_url: 'http://127.0.0.1:7/v1', api_key: 'sk-1' },
    })
    expect(publicModels(config)).toEqual(['gpt-4o', 'gpt-4o-mini'])
    expect(config.models['text-embedding-3-*']?.target).toBe('openai/*')
    expect(config.models['claude-*']).toBeUndefined()
  })

  it('fills ${NAME} from the environment', () => {
    writeFileSync(file, 'providers:\n  own:\n    base_url: http://x/v1\n    api_key: ${MY_KEY}\n')
    expect(loadConfig(file, { MY_KEY: 'k' }).providers.own?.api_key).toBe('k')
    expect(problemsOf('log_level: ${NOT_THERE}')).toEqual([
      'environment variable NOT_THERE is not set',
    ])
  })

  it.each([
    ['listen: { relay: 99999 }', 'listen.relay'],
    ['listen: { relya: 1 }', 'relya'],
    ['models: { a: { target: nowhere/m } }', 'no provider for target nowhere/m'],
    ['models: { a: { target: justname } }', 'models.a.target'],
    ['models: { a: { targets: [] } }', 'a model needs a target'],
    ['models: { a*b: { target: openai/m } }', 'may only stand at the end'],
    ['models: { a: { target: openai/* } }', 'needs a name that ends in'],
    ['providers: { own: { kind: azure } }', 'providers.own.base_url'],
    ['relay: 5', 'relay'],
  ])('names what is wrong in %j', (text, expected) => {
    expect(String(problemsOf(text))).toContain(expected)
  })

  it('names the line of each problem', () => {
    const text = [
      '# comment',
      'listen:',
      '  relay: 99999',
      'models:',
      '  a.b: { target: openai/m,',
      '    tagret: x }',
      '  c:',
      '    targets: [{ target: openai/m }, { target: justname }]',
    ].join('\n')
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^line 3: listen\.relay: /),
      expect.stringMatching(/^line 6: models\.a\.b: .*tagret/),
      expect.stringMatching(/^line 8: models\.c\.targets\.1\.target: /),
    ])
    expect(problemsOf('models:\n  a:\n    target: nowhere/m')).toEqual([
      'line 3: models.a: no provider for target nowhere/m',
    ])
  })

  it('says so when the file is missing or is no YAML', () => {
    expect(() => loadConfig(join(folder, 'none.yaml'), {})).toThrow('cannot be read')
    writeFileSync(file, 'a: [1')
    expect(() => loadConfig(file, {})).toThrow('cannot be read')
  })
})
