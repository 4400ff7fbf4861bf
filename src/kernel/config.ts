import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Config, configSchema } from './config-schema.ts'
import { AppError, messageOf } from './errors.ts'
import { parseYaml, type YamlText } from './yaml-file.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Providers whose key and address may come from the environment. */
const ENVIRONMENT_PROVIDERS = {
  openai: { key: 'OPENAI_API_KEY', url: 'OPENAI_BASE_URL' },
  anthropic: { key: 'ANTHROPIC_API_KEY', url: 'ANTHROPIC_BASE_URL' },
  google: { key: 'GEMINI_API_KEY', url: 'GEMINI_BASE_URL' },
  deepseek: { key: 'DEEPSEEK_API_KEY', url: 'DEEPSEEK_BASE_URL' },
} as const

type EnvironmentProvider = keyof typeof ENVIRONMENT_PROVIDERS

/** Models offered when the configuration names none, each with the provider that serves it. */
export const DEFAULT_MODELS = {
  'gpt-4o': 'openai',
  'gpt-4o-mini': 'openai',
  'claude-sonnet-4-20250514': 'anthropic',
  'gemini-2.5-flash': 'google',
  'deepseek-v3.2': 'deepseek',
} as const

/**
 * Names that are sent on as they are when the configuration names no models, so that whatever a
 * provider's SDK can call can be called through us.
 */
const DEFAULT_PATTERNS = {
  'gpt-*': 'openai',
  'chatgpt-*': 'openai',
  'o1*': 'openai',
  'o3*': 'openai',
  'o4*': 'openai',
  'text-embedding-3-*': 'openai',
  'text-embedding-ada-*': 'openai',
  'omni-moderation-*': 'openai',
  'text-moderation-*': 'openai',
  'dall-e-*': 'openai',
  'tts-*': 'openai',
  'whisper-*': 'openai',
  'claude-*': 'anthropic',
  'gemini-*': 'google',
  'gemma-*': 'google',
  'text-embedding-0*': 'google',
  'deepseek-*': 'deepseek',
} as const

/**
 * Reads `bellwether.yaml`, fills `${NAME}` from the environment, adds the providers whose keys
 * the environment holds. Without a file all defaults apply.
 *
 * @throws AppError CONFIG_UNREADABLE, CONFIG_INVALID with one line per problem in `details`
 */
export function loadConfig(file: string | undefined, environment: Environment): Config {
  const { value, lineOf } = file === undefined ? NOTHING : readYaml(file)
  const missing: string[] = []
  const filled = interpolate(value ?? {}, environment, missing)
  if (missing.length > 0) {
    throw new AppError('CONFIG_INVALID', {
      file,
      problems: missing.map((name) => `environment variable ${name} is not set`),
    })
  }
  const parsed = configSchema.safeParse(filled)
  if (!parsed.success) {
    throw new AppError('CONFIG_INVALID', { file, problems: problemLines(parsed.error, lineOf) })
  }
  return withModels(withProviders(parsed.data, environment), file, lineOf)
}

type LineOf = YamlText['lineOf']

const NOTHING: YamlText = { value: {}, lineOf: () => undefined }

function problemLines(error: z.ZodError, lineOf: LineOf): string[] {
  return error.issues.map((issue) => {
    const [unknown] = issue.code === 'unrecognized_keys' ? issue.keys : []
    const place = unknown === undefined ? issue.path : [...issue.path, unknown]
    return `${linePrefix(lineOf(place))}${issue.path.join('.') || '(root)'}: ${issue.message}`
  })
}

function linePrefix(line: number | undefined): string {
  return line === undefined ? '' : `line ${line}: `
}

function readYaml(file: string): YamlText {
  if (!existsSync(file)) throw new AppError('CONFIG_UNREADABLE', { file, reason: 'no such file' })
  try {
    return parseYaml(readFileSync(file, 'utf8'))
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
  for (const [name, { key, url }] of Object.entries(ENVIRONMENT_PROVIDERS)) {
    const apiKey = environment[key]
    const baseUrl = environment[url]
    if (apiKey === undefined || apiKey === '' || providers[name] !== undefined) continue
    providers[name] = {
      kind: name as EnvironmentProvider,
      ...(baseUrl !== undefined && baseUrl !== '' && { base_url: baseUrl }),
      api_key: apiKey,
    }
  }
  return { ...config, providers }
}

function withModels(config: Config, file?: string, lineOf: LineOf = NOTHING.lineOf): Config {
  const named = Object.keys(config.models).length > 0 ? config.models : defaultModels(config)
  const served = needsSimulation(config) ? ENVIRONMENT_PROVIDERS : config.providers
  const problems = Object.entries(named).flatMap(([name, model]) =>
    modelProblems(name, model, served).map(
      (problem) => linePrefix(lineOf(['models', name])) + problem,
    ),
  )
  if (problems.length > 0) throw new AppError('CONFIG_INVALID', { file, problems })
  return { ...config, models: needsSimulation(config) ? config.models : named }
}

function defaultModels(config: Config): Config['models'] {
  return Object.fromEntries(
    [...Object.entries(DEFAULT_MODELS), ...Object.entries(DEFAULT_PATTERNS)]
      .filter(([, provider]) => config.providers[provider] !== undefined)
      .map(([name, provider]) => {
        const target = `${provider}/${name.endsWith('*') ? '*' : name}`
        return [name, { target, targets: [] }]
      }),
  )
}

function modelProblems(
  name: string,
  model: Config['models'][string],
  providers: Readonly<Record<string, unknown>>,
): string[] {
  if (name.slice(0, -1).includes('*')) return [`models.${name}: "*" may only stand at the end`]
  return targetsOf(model).flatMap(({ target, provider, model: upstreamModel }) => {
    if (!Object.hasOwn(providers, provider)) {
      return [`models.${name}: no provider for target ${target}`]
    }
    return upstreamModel === '*' && !name.endsWith('*')
      ? [`models.${name}: target ${target} needs a name that ends in "*"`]
      : []
  })
}

/** One target of a public model. */
export interface ModelTarget {
  /** `provider/model`. */
  readonly target: string
  readonly provider: string
  /** The provider's own name of the model. */
  readonly model: string
  readonly weight: number
  readonly priority: number
}

/** Lists where calls of a model may go, as the configuration orders them. */
export function targetsOf({ target, targets }: Config['models'][string]): readonly ModelTarget[] {
  const only = target === undefined ? [] : [{ target, weight: 1, priority: 0 }]
  return [...only, ...targets].map((each) => {
    const slash = each.target.indexOf('/')
    return {
      ...each,
      provider: each.target.slice(0, slash),
      model: each.target.slice(slash + 1),
    }
  })
}

/** Names of the models that callers are told of: patterns like `gpt-*` are none. */
export function publicModels({ models }: Pick<Config, 'models'>): readonly string[] {
  return Object.keys(models).filter((name) => !name.endsWith('*'))
}

/** Tells whether no provider is configured, so that simulated ones are to be started. */
export function needsSimulation(config: Config): boolean {
  return Object.keys(config.providers).length === 0
}

const SIMULATED_PATHS: Readonly<Record<EnvironmentProvider, (baseUrl: string) => string>> = {
  openai: (baseUrl) => `${baseUrl}/v1`,
  anthropic: (baseUrl) => baseUrl,
  google: (baseUrl) => baseUrl,
  deepseek: (baseUrl) => `${baseUrl}/v1`,
}

/** Returns `config` with every default model served by the simulator at `baseUrl`. */
export function withSimulation(config: Config, baseUrl: string): Config {
  const providers = Object.fromEntries(
    Object.values(DEFAULT_MODELS).map((name) => [
      name,
      { kind: name, base_url: SIMULATED_PATHS[name](baseUrl), api_key: 'simulated' },
    ]),
  )
  return withModels({ ...config, providers })
}

/** The configuration's JSON Schema, from which its reference page is made. */
export function configJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(configSchema, { io: 'input' }) as Record<string, unknown>
}
