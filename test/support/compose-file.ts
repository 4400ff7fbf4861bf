import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'

export interface Service {
  readonly image?: string
  readonly build?: { readonly context: string; readonly dockerfile: string }
  readonly profiles?: readonly string[]
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>> | readonly string[]
  readonly network_mode?: string
  readonly healthcheck?: object
  readonly extends?: { readonly file: string; readonly service: string }
}

export interface ComposeFile {
  /** Folder of the file; paths in it are relative to this. */
  readonly folder: string
  readonly text: string
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, unknown>>
}

/** Reads a compose file; a service that extends another gets what that has. */
export function readCompose(file: string): ComposeFile {
  const folder = dirname(file)
  const text = readFileSync(file, 'utf8')
  const { services, volumes = {} } = parse(text) as Pick<ComposeFile, 'services' | 'volumes'>
  const whole = Object.entries(services).map(([name, service]) => {
    const { extends: base, ...own } = service
    if (base === undefined) return [name, service]
    const other = readCompose(join(folder, base.file)).services[base.service]
    if (other === undefined) throw new Error(`${name} extends what is not there`)
    return [name, { ...other, ...own }]
  })
  return { folder, text, services: Object.fromEntries(whole) as ComposeFile['services'], volumes }
}

/** Names of the variables that a text asks the environment for; `$$` asks the container's shell. */
export function variablesOf(text: string): readonly string[] {
  return [...text.replaceAll('$$', '').matchAll(/\$\{(\w+)/g)].map(([, name]) => name ?? '')
}

/** The settings of an `.env` file. */
export function readEnv(file: string): Readonly<Record<string, string>> {
  const lines = readFileSync(file, 'utf8').split('\n')
  const settings = lines.filter((line) => /^\w+=/.test(line)).map((line) => line.split('='))
  return Object.fromEntries(settings.map(([name, ...value]) => [name, value.join('=')]))
}

/** A text with variables replaced by settings or the defaults in it, as compose does. */
export function interpolate(text: string, settings: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)(?::-([^}]*))?\}/g, (_, name: string, fallback = '') =>
    settings[name] === undefined || settings[name] === '' ? String(fallback) : settings[name],
  )
}
