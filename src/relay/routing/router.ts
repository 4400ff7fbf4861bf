import type { Config } from '../../kernel/index.ts'
import { textField } from '../record-json.ts'
import { createUpstream, type Upstream } from './upstream.ts'

/** Where calls of one public model name go. */
export interface Route {
  readonly model: string
  readonly upstream: Upstream
  /** The name that the provider knows the model by. */
  readonly upstreamModel: string
  /** That name as it stands in the request body. */
  readonly upstreamModelJson: string
  /** `provider`, `target` and `cache` of the record, as JSON members with leading commas. */
  readonly recordFields: string
}

/** Knows the public model names and who serves them. */
export class Router {
  readonly #routes = new Map<string, Route>()
  readonly #upstreams = new Map<string, Upstream>()

  constructor(config: Pick<Config, 'models' | 'providers' | 'relay'>) {
    for (const [name, settings] of Object.entries(config.providers)) {
      const { connect_ms } = config.relay.timeouts
      this.#upstreams.set(name, createUpstream(name, settings, connect_ms))
    }
    for (const [model, { target }] of Object.entries(config.models)) {
      const slash = target.indexOf('/')
      const upstream = this.#upstreams.get(target.slice(0, slash))
      if (upstream === undefined) continue
      const upstreamModel = target.slice(slash + 1)
      this.#routes.set(model, {
        model,
        upstream,
        upstreamModel,
        upstreamModelJson: JSON.stringify(upstreamModel),
        recordFields:
          textField('provider', upstream.name) +
          textField('target', target) +
          textField('cache', 'off'),
      })
    }
  }

  find(model: string): Route | undefined {
    return this.#routes.get(model)
  }

  get routes(): readonly Route[] {
    return [...this.#routes.values()]
  }

  /** Closes all connections; calls still under way fail. */
  async close(): Promise<void> {
    await Promise.all([...this.#upstreams.values()].map(({ pool }) => pool.destroy()))
  }
}
