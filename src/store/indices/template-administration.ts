import { illegalArgument, SearchFailure } from '../search-failure.ts'
import type { TemplateKind } from './document-indices.ts'
import type { IndexRegistry } from './index-registry.ts'
import { IndexSchema } from './index-schema.ts'
import { changedSettings } from './index-settings.ts'
import { checkTemplate, composedOf, composeTemplate } from './index-templates.ts'
import type { Json } from './json-object.ts'
import type { SetupChange } from './setup.ts'
import { parseTemplate } from './template-body.ts'

const KINDS = { index: 'template', component: 'component', legacy: 'legacy' } as const

/** Keeps templates and lifecycle policies. Every method throws SearchFailure. */
export class TemplateAdministration {
  readonly #registry: IndexRegistry

  constructor(registry: IndexRegistry) {
    this.#registry = registry
  }

  put(kind: TemplateKind, name: string, body: Json, create: boolean): void {
    const set = this.#registry.templates
    if (create && set[kind].has(name)) throw templateExists(kind, name)
    const value = parseTemplate(kind, name, body)
    if (kind === 'index') {
      checkTemplate(set, name, value)
      checkComposition(name, () => composeTemplate(set, value))
    } else if (kind === 'component') {
      this.#checkUsers(name, value)
    } else {
      const component = new Map([['', { template: value }]])
      checkComposition(name, () => composeTemplate({ ...set, component }, { composed_of: [''] }))
    }
    this.#registry.setup.change([{ kind: KINDS[kind], name, value }])
  }

  /** A component has to fit into every template that is made of it. */
  #checkUsers(name: string, value: Json): void {
    const set = this.#registry.templates
    const component = new Map([...set.component, [name, value]])
    const changed = { ...set, component }
    checkComposition(name, () => composeTemplate(changed, { composed_of: [name] }))
    for (const [user, body] of set.index) {
      if (composedOf(body).includes(name)) {
        checkComposition(user, () => composeTemplate(changed, body))
      }
    }
  }

  delete(kind: TemplateKind, names: readonly string[]): void {
    const set = this.#registry.templates
    const missing = names.filter((name) => !set[kind].has(name))
    if (missing.length > 0) throw templateMissing(kind, missing)
    if (kind === 'component') this.#checkUnused(names)
    if (kind === 'index') this.#checkStreams(names)
    this.#registry.setup.change(
      names.map((name) => ({ kind: KINDS[kind], name, value: undefined }) as SetupChange),
    )
  }

  #checkUnused(names: readonly string[]): void {
    const users = [...this.#registry.templates.index].filter(([, body]) =>
      composedOf(body).some((part) => names.includes(part)),
    )
    if (users.length === 0) return
    const using = users.map(([user]) => user).join(', ')
    throw illegalArgument(
      `component templates [${names.join(', ')}] cannot be removed as they are still in use by index templates [${using}]`,
    )
  }

  #checkStreams(names: readonly string[]): void {
    const streams = [...this.#registry.setup.streams.values()].filter(({ template }) =>
      names.includes(template),
    )
    if (streams.length === 0) return
    const using = streams.map(({ name }) => name).join(', ')
    throw illegalArgument(
      `unable to remove composable templates [${names.join(', ')}] as they are in use by a data streams [${using}]`,
    )
  }

  putPolicy(name: string, policy: Json): void {
    const { setup, clock } = this.#registry
    const version = (setup.policies.get(name)?.version ?? 0) + 1
    const value = { policy, version, modifiedMs: clock.nowMs() }
    setup.change([{ kind: 'policy', name, value }])
  }

  deletePolicy(name: string): void {
    const { setup } = this.#registry
    if (!setup.policies.has(name)) {
      throw new SearchFailure({
        type: 'resource_not_found_exception',
        reason: `Lifecycle policy not found: ${name}`,
        status: 404,
      })
    }
    const users = [...setup.indices.values()]
      .filter(({ settings }) => settings['index.lifecycle.name'] === name)
      .map((index) => index.name)
    if (users.length > 0) {
      throw illegalArgument(
        `Cannot delete policy [${name}]. It is in use by one or more indices: [${users.join(', ')}]`,
      )
    }
    setup.change([{ kind: 'policy', name, value: undefined }])
  }
}

/** Refuses a template that no index could be made of. */
function checkComposition(name: string, compose: () => ReturnType<typeof composeTemplate>): void {
  try {
    const { settings, mappings } = compose()
    IndexSchema.parse(mappings, changedSettings({}, settings))
  } catch (error) {
    if (!(error instanceof SearchFailure)) throw error
    throw new SearchFailure({
      type: 'illegal_argument_exception',
      reason: `composable template [${name}] template after composition is invalid`,
      status: 400,
      causedBy: { type: error.details.type, reason: error.details.reason },
    })
  }
}

function templateExists(kind: TemplateKind, name: string): SearchFailure {
  return illegalArgument(
    kind === 'legacy'
      ? `index_template [${name}] already exists`
      : `${kind} template [${name}] already exists`,
  )
}

function templateMissing(kind: TemplateKind, names: readonly string[]): SearchFailure {
  const name = names.join(',')
  return kind === 'component'
    ? new SearchFailure({ type: 'resource_not_found_exception', reason: name, status: 404 })
    : new SearchFailure({
        type: 'index_template_missing_exception',
        reason: `index_template [${name}] missing`,
        status: 404,
      })
}
