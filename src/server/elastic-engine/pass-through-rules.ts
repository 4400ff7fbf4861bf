import type { ClusterMethod } from '../../sinks/index.ts'

const GET = 'GET HEAD'
const READ = 'GET HEAD POST'
const POST = 'POST'
const WRITE = 'PUT POST'
const MANAGE = 'GET HEAD PUT POST DELETE'

/**
 * What is passed on to the cluster. `:index` stands for any index expression, `:own` for one name
 * that begins with `holysheep`, `:name` for anything, `*` for all that follows, also nothing.
 * Whatever is not listed is refused: with our credentials a client could do what it is not meant
 * to, such as change the cluster, its users or its snapshots.
 */
const PASSED: readonly (readonly [methods: string, paths: string])[] = [
  [GET, '/ /_cat/* /_cluster/* /_nodes/* /_resolve/* /_stats/* /_segments /_recovery /_tasks/*'],
  [GET, '/_mapping/* /_settings/* /_alias/* /_aliases /_index_template/* /_component_template/*'],
  [GET, '/_template/* /_data_stream/* /_ilm/* /_plugins/_ism/* /_license /_xpack /_ingest/*'],
  [READ, '/_search /_search/template /_msearch /_msearch/template /_count /_mget /_field_caps'],
  [READ, '/_validate/query /_analyze /_rank_eval /_search_shards /_mtermvectors /_terms_enum'],
  [READ, '/_render/template/* /_sql /_sql/translate /_plugins/_sql /_plugins/_ppl /_async_search'],
  [POST, '/_query /_refresh /_index_template/_simulate/* /_index_template/_simulate_index/:name'],
  ['GET POST DELETE', '/_search/scroll/* /_async_search/*'],
  ['POST DELETE', '/_pit /_search/point_in_time /_search/point_in_time/_all'],
  [READ, '/:index/_search /:index/_search/template /:index/_msearch /:index/_msearch/template'],
  [READ, '/:index/_count /:index/_mget /:index/_field_caps /:index/_validate/query'],
  [READ, '/:index/_analyze /:index/_rank_eval /:index/_search_shards /:index/_terms_enum'],
  [READ, '/:index/_termvectors/* /:index/_mtermvectors /:index/_explain/:name'],
  [READ, '/:index/_async_search /:index/_eql/search /:index/_knn_search'],
  [POST, '/:index/_pit /:index/_search/point_in_time /:index/_refresh /:index/_flush'],
  [POST, '/:index/_update/:name /:index/_update_by_query /:index/_delete_by_query'],
  [GET, '/:index /:index/_mapping/* /:index/_mappings /:index/_settings/* /:index/_alias/*'],
  [GET, '/:index/_stats/* /:index/_segments /:index/_recovery /:index/_ilm/explain'],
  [GET, '/:index/_source/:name'],
  ['POST', '/:index/_doc'],
  [MANAGE, '/:index/_doc/:name'],
  [WRITE, '/:index/_create/:name'],
  ['PUT DELETE', '/:own'],
  [WRITE, '/:own/_mapping /:own/_mappings /:own/_settings'],
  ['PUT POST DELETE', '/:own/_alias/:name /:own/_aliases/:name'],
  [POST, '/:own/_open /:own/_close /:own/_forcemerge /:own/_cache/clear /:own/_rollover/*'],
  [MANAGE, '/_index_template/:own /_component_template/:own /_template/:own /_data_stream/:own'],
  [MANAGE, '/_ilm/policy/:own /_plugins/_ism/policies/:own'],
]

interface Rule {
  readonly methods: readonly string[]
  readonly segments: readonly string[]
}

const RULES: readonly Rule[] = PASSED.flatMap(([methods, paths]) =>
  paths.split(' ').map((path) => ({
    methods: methods.split(' '),
    segments: path.split('/').filter((segment) => segment !== ''),
  })),
)

const OWN_NAME = /^holysheep[a-z0-9._-]*$/
/** Log indices, whose documents go by way of the journal. */
const LOG_INDEX = /^holysheep-[a-z0-9][a-z0-9._-]*$/

/** What is made of a client's request. */
export type Passage =
  /** `path` is the same one in a form that can be read in one way only. */
  | { readonly kind: 'pass'; readonly method: ClusterMethod; readonly path: string }
  | { readonly kind: 'bulk'; readonly index: string | undefined; readonly path: string }
  | {
      readonly kind: 'document'
      readonly index: string
      readonly id: string | undefined
      readonly action: 'create' | 'index'
    }
  | { readonly kind: 'refused' }

/** Judges a request by its method and its path, still encoded and without query. */
export function passageOf(method: string, rawPath: string): Passage {
  const segments = decoded(rawPath)
  if (segments === undefined) return { kind: 'refused' }
  const path = `/${segments.map(encodeURIComponent).join('/')}`
  if (method === 'POST' || method === 'PUT') {
    const written = writtenTo(method, segments, path)
    if (written !== undefined) return written
  }
  const isPassed = RULES.some(
    (rule) => rule.methods.includes(method) && fits(rule.segments, segments),
  )
  return isPassed ? { kind: 'pass', method: method as ClusterMethod, path } : { kind: 'refused' }
}

/** Undefined for a path that is not plain: then it could mean something else to the cluster. */
function decoded(rawPath: string): readonly string[] | undefined {
  try {
    const segments = rawPath.replace(/^\//, '').replace(/\/$/, '').split('/')
    if (segments.length === 1 && segments[0] === '') return []
    const plain = segments.map(decodeURIComponent)
    return plain.every((segment) => segment !== '' && !/^\.{1,2}$/.test(segment))
      ? plain
      : undefined
  } catch {
    return undefined
  }
}

function writtenTo(method: string, segments: readonly string[], path: string): Passage | undefined {
  const [first, second, id, ...more] = segments
  if (first === '_bulk' && second === undefined) return { kind: 'bulk', index: undefined, path }
  if (first === undefined || !isIndex(first) || more.length > 0) return undefined
  if (second === '_bulk' && id === undefined) return { kind: 'bulk', index: first, path }
  if (!LOG_INDEX.test(first)) return undefined
  if (second === '_doc' && (id !== undefined || method === 'POST')) {
    return { kind: 'document', index: first, id, action: id === undefined ? 'create' : 'index' }
  }
  if (second === '_create' && id !== undefined) {
    return { kind: 'document', index: first, id, action: 'create' }
  }
  return undefined
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  const isOpen = pattern.at(-1) === '*'
  const fixed = isOpen ? pattern.slice(0, -1) : pattern
  if (isOpen ? segments.length < fixed.length : segments.length !== fixed.length) return false
  return fixed.every((wanted, place) => fitsSegment(wanted, segments[place] ?? ''))
}

function fitsSegment(wanted: string, segment: string): boolean {
  switch (wanted) {
    case ':index':
      return isIndex(segment)
    case ':own':
      return OWN_NAME.test(segment)
    case ':name':
      return true
    default:
      return wanted === segment
  }
}

/** An index expression; names that begin with a dot belong to the cluster itself. */
function isIndex(segment: string): boolean {
  if (segment === '_all') return true
  return segment.split(',').every((name) => /^[-<]?[^_.<>-]/.test(name))
}

/** Tells whether documents of an index go by way of the journal. */
export function isLogIndex(index: string): boolean {
  return LOG_INDEX.test(index)
}
