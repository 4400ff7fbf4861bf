import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { type Config, configSchema } from './config-schema.ts'
import { AppError, messageOf } from './errors.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Providers whose key may come from the environment; each speaks OpenAI's chat protocol there. */
const ENVIRONMENT_PROVIDERS = {
  openai: { key: 'OPENAI_API_KEY', url: 'OPENAI_BASE_URL', base: 'https://api.openai.com/v1' },
  anthropic: {
    key: 'ANTHROPIC_API_KEY',
    url: 'ANTHROPIC_BASE_URL',
    base: 'https://api.anthropic.com/v1',
  },
  google: {
    key: 'GEMINI_API_KEY',
    url: 'GEMINI_BASE_URL',
    base: 'https://generativelanguage.googleapis.com/v1beta/openai',
  },
  deepseek: {
    key: 'DEEPSEEK_API_KEY',
    url: 'DEEPSEEK_BASE_URL',
    base: 'https://api.deepseek.com/v1',
  },
} as const

/** Models offered when the configuration names none, each with the provider that serves it. */
export const DEFAULT_MODELS = {
  'gpt-4o': 'openai',
  'gpt-4o-mini': 'openai',
  'claude-sonnet-4-20250514': 'anthropic',
  'gemini-2.5-flash': 'google',
  'deepseek-v3.2': 'deepseek',
} as const

/**
 * Reads `bellwether.yaml`, fills `${NAME}` from the environment, adds the providers whose keys
 * the environment holds. Without a file all defaults apply.
 *
 * @throws AppError CONFIG_UNREADABLE, CONFIG_INVALID with one line per problem in `details`
 */
export function loadConfig(file: string | undefined, environment: Environment): Config {
  const raw = file === undefined ? {} : (readYaml(file) ?? {})
  const missing: string[] = []
  const filled = interpolate(raw, environment, missing)
  if (missing.length > 0) {
    throw new AppError('CONFIG_INVALID', {
      file,
      problems: missing.map((name) => `environment variable ${name} is not set`),
    })
  }
  const parsed = configSchema.safeParse(filled)
  if (!parsed.success) {
    throw new AppError('CONFIG_INVALID', { file, problems: problemLines(parsed.error) })
  }
  return withModels(withProviders(parsed.data, environment), file)
}

function problemLines(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${issue.path.join('.') || '(root)'}: ${issue.message}`)
}

function readYaml(file: string): unknown {
  if (!existsSync(file)) throw new AppError('CONFIG_UNREADABLE', { file, reason: 'no such file' })
  try {
    return parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new AppError('CONFIG_UNREADABLE', { file, reason: messageOf(error) }, error)
  }
}

function interpolate(value: unknown, environment: Environment, missing: string[]): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/\$\{([A-Z_][A-Z0-9_]*)\}/g, (_, name: string) => {
      const found = environment[name]
      if (found === undefined) missing.push(name)
      return found ?? ''
    })
  }
  if (Array.isArray(value)) return value.map((item) => interpolate(item, environment, missing))
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, interpolate(item, environment, missing)]),
    )
  }
  return value
}

function withProviders(config: Config, environment: Environment): Config {
  const providers = { ...config.providers }
  for (const [name, { key, url, base }] of Object.entries(ENVIRONMENT_PROVIDERS)) {
    const apiKey = environment[key]
    if (apiKey === undefined || apiKey === '' || providers[name] !== undefined) continue
    providers[name] = {
      kind: 'openai-compatible',
      base_url: environment[url] ?? base,
      api_key: apiKey,
    }
  }
  return { ...config, providers }
}

function withModels(config: Config, file: string | undefined): Config {
  const models =
    Object.keys(config.models).length > 0
      ? config.models
      : Object.fromEntries(
          Object.entries(DEFAULT_MODELS)
            .filter(([, provider]) => config.providers[provider] !== undefined)
            .map(([name, provider]) => [name, { target: `${provider}/${name}` }]),
        )
  const problems = Object.entries(models)
    .filter(
      ([, { target }]) => config.providers[target.slice(0, target.indexOf('/'))] === undefined,
    )
    .map(([name, { target }]) => `models.${name}: no provider for target ${target}`)
  if (problems.length > 0) throw new AppError('CONFIG_INVALID', { file, problems })
  return { ...config, models }
}

/** Tells whether no provider is configured, so that simulated ones are to be started. */
export function needsSimulation(config: Config): boolean {
  return Object.keys(config.providers).length === 0
}

/** Returns `config` with every default model served by the simulator at `baseUrl`. */
export function withSimulation(config: Config, baseUrl: string): Config {
  const providers = Object.fromEntries(
    Object.values(DEFAULT_MODELS).map((name) => [
      name,
      { kind: 'openai-compatible' as const, base_url: `${baseUrl}/v1`, api_key: 'simulated' },
    ]),
  )
  return withModels({ ...config, providers }, undefined)
}

/** The configuration's JSON Schema, from which its reference page is made. */
export function configJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(configSchema, { io: 'input' }) as Record<string, unknown>
}
