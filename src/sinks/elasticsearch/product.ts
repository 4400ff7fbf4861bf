import { valueAt } from './json-object.ts'

/** What kind of cluster answers. */
export interface Product {
  readonly name: 'elasticsearch' | 'opensearch'
  /** `8.11.0` */
  readonly version: string
  /** Who deletes old indices: its lifecycle management, its index state management, or we. */
  readonly lifecycle: Lifecycle
}

export type Lifecycle = 'ilm' | 'ism' | 'own'

/** First major versions that are supported. */
const OLDEST = { elasticsearch: 7, opensearch: 2 } as const

/** Reads the answer to `GET /`; a text that says why when it is of nothing we can use. */
export function productOf(root: unknown): Omit<Product, 'lifecycle'> | string {
  const version = valueAt(root, 'version', 'number')
  if (typeof version !== 'string') {
    return 'what answers there is neither Elasticsearch nor OpenSearch'
  }
  const isOpenSearch = valueAt(root, 'version', 'distribution') === 'opensearch'
  const name = isOpenSearch ? 'opensearch' : 'elasticsearch'
  const major = Number.parseInt(version, 10)
  if (!(major >= OLDEST[name])) return `${name} ${version} is not supported, ${OLDEST[name]} is`
  return { name, version }
}
