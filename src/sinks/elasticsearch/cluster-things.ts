import type { Config } from '../../kernel/index.ts'
import type { ClusterClient } from './cluster-client.ts'
import { indexTemplate } from './index-template.ts'
import { isObject, type JsonObject, parsedObject, valueAt } from './json-object.ts'
import { ilmPolicy, ismDescription, ismPolicy, ismPresent } from './lifecycle-policy.ts'
import type { Product } from './product.ts'
import { type Mark, metaOf, withoutMeta } from './set-up-item.ts'

/** Something of ours in the cluster, as it was found. */
export interface Present {
  readonly body: JsonObject
  readonly mark: Mark | undefined
  /** To be added to the path when it is replaced. */
  readonly condition: string
}

/** Something that is set up in the cluster: the index template, a lifecycle policy. */
export interface ClusterThing {
  /** For people: `index template holysheep-template`. */
  readonly title: string
  readonly path: string
  readonly wanted: JsonObject
  /** The body of the request that puts it. */
  marked(mark: Mark): JsonObject
  /** Finds it in the answer to `GET path`. */
  found(answer: JsonObject): Present | undefined
}

/** What is to be set up in this cluster, in the order in which it needs each other. */
export function clusterThings(
  product: Product,
  settings: Config['elasticsearch'],
): readonly ClusterThing[] {
  const template = templateThing(product, settings)
  switch (product.lifecycle) {
    case 'ilm':
      return [ilmThing(settings), template]
    case 'ism':
      return [ismThing(settings), template]
    case 'own':
      return [template]
    default:
      return product.lifecycle satisfies never
  }
}

function templateThing(product: Product, settings: Config['elasticsearch']): ClusterThing {
  const name = settings.template_name
  const wanted = indexTemplate(product, settings)
  return {
    title: `index template ${name}`,
    path: `/_index_template/${name}`,
    wanted,
    marked: (mark) => ({ ...wanted, _meta: metaOf(mark) }),
    found(answer) {
      const [entry] = Array.isArray(answer.index_templates) ? answer.index_templates : []
      const template = valueAt(entry, 'index_template')
      return isObject(template) ? { ...withoutMeta(template), condition: '' } : undefined
    },
  }
}

function ilmThing({ policy_name, retention_days }: Config['elasticsearch']): ClusterThing {
  const wanted = ilmPolicy(retention_days)
  return {
    title: `lifecycle policy ${policy_name}`,
    path: `/_ilm/policy/${policy_name}`,
    wanted,
    marked: (mark) => ({ policy: { ...wanted, _meta: metaOf(mark) } }),
    found(answer) {
      const policy = valueAt(answer, policy_name, 'policy')
      return isObject(policy) ? { ...withoutMeta(policy), condition: '' } : undefined
    },
  }
}

function ismThing({ policy_name, retention_days }: Config['elasticsearch']): ClusterThing {
  const wanted = ismPolicy(retention_days)
  return {
    title: `state management policy ${policy_name}`,
    path: `/_plugins/_ism/policies/${policy_name}`,
    wanted,
    marked: (mark) => ({ policy: { ...wanted, description: ismDescription(mark) } }),
    found({ policy, _seq_no: sequence, _primary_term: term }) {
      if (!isObject(policy)) return undefined
      const condition = `?if_seq_no=${Number(sequence)}&if_primary_term=${Number(term)}`
      return { ...ismPresent(policy), condition }
    },
  }
}

/** What one of these said: its JSON, that there is no such thing, or why it cannot be told. */
export type Looked =
  | { readonly kind: 'found'; readonly answer: JsonObject }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly status: number; readonly text: string }
  | { readonly kind: 'no-answer'; readonly reason: string }

/** Reads something from the cluster. */
export async function lookAt(
  client: ClusterClient,
  path: string,
  signal: AbortSignal,
): Promise<Looked> {
  const answer = await client.request({ method: 'GET', path, signal })
  if (answer.kind === 'no-answer') return answer
  if (answer.status === 404) return { kind: 'absent' }
  const body = answer.status === 200 ? parsedObject(answer.text) : undefined
  if (body !== undefined) return { kind: 'found', answer: body }
  return { kind: 'refused', status: answer.status, text: answer.text }
}
