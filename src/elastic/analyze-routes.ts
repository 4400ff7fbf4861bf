import { elasticProperties } from '../record/index.ts'
import {
  Analysis,
  type Analyzer,
  illegalArgument,
  type ResolvedIndex,
  SearchFailure,
  type Token,
} from '../search/index.ts'
import type { ClusterContext } from './cluster-context.ts'
import { JsonReader, optionalBody, validationFailure } from './index-body-reader.ts'
import type { IndexCatalog } from './index-catalog.ts'
import type { ElasticAnswer, ElasticRequest, ElasticRoute } from './route.ts'

const KEYS = [
  'analyzer',
  'attributes',
  'char_filter',
  'explain',
  'field',
  'filter',
  'normalizer',
  'text',
  'tokenizer',
]

/** Elasticsearch's `index.analyze.max_token_count`. */
const MAX_TOKENS = 10_000
/** Between the texts of a list, where an index says how they are kept. */
const POSITION_GAP = 100

/** Shows what an analyzer makes of a text. */
export function analyzeRoutes({ catalog }: ClusterContext): readonly ElasticRoute[] {
  const handle = (request: ElasticRequest) => analyze(catalog, request)
  return ['/_analyze', '/:index/_analyze'].map((path) => ({
    methods: ['GET', 'POST'],
    path,
    parameters: ['index', 'prefer_local'],
    handle,
  }))
}

async function analyze(
  catalog: IndexCatalog,
  { path, query, body }: ElasticRequest,
): Promise<ElasticAnswer> {
  const given = optionalBody(body)
  if (given === undefined) {
    throw new SearchFailure({
      type: 'parse_exception',
      reason: 'request body or source parameter is required',
      status: 400,
    })
  }
  const reader = new JsonReader(given, 'analyze_request', KEYS)
  const texts = readTexts(given.text)
  if (reader.boolean('explain') === true) throw illegalArgument('[explain] is not supported')
  const name = path.index ?? query.index
  const index = name === undefined ? undefined : await singleIndex(catalog, name)
  const tokens = chosenAnalyzer(reader, index)
  return { body: { tokens: allTokens(texts, tokens, index === undefined ? 0 : POSITION_GAP) } }
}

function readTexts(given: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : given === undefined ? [] : [given]
  if (list.length === 0) throw validationFailure('text is missing')
  if (list.every((text) => typeof text === 'string')) return list
  throw new SearchFailure({
    type: 'x_content_parse_exception',
    reason: "[analyze_request] text doesn't support values that are not texts",
    status: 400,
  })
}

async function singleIndex(catalog: IndexCatalog, name: string): Promise<ResolvedIndex> {
  const found = await catalog.resolve(
    name,
    {},
    {
      expand: { open: false, closed: false, hidden: false },
    },
  )
  const [index, second] = found
  if (index !== undefined && second === undefined) return index
  throw illegalArgument(
    `[${name}] has more than one index associated with it [${found.map((one) => one.name).join(', ')}], can't execute a single index op`,
  )
}

function chosenAnalyzer(reader: JsonReader, index: ResolvedIndex | undefined): Tokens {
  const analysis = new Analysis(index?.kind === 'documents' ? index.meta.settings : {})
  const analyzer = reader.text('analyzer')
  const normalizer = reader.text('normalizer')
  const field = reader.text('field')
  const tokenizer = reader.part('tokenizer')
  const filter = reader.list('filter')
  const charFilter = reader.list('char_filter')
  const hasParts = tokenizer !== undefined || filter !== undefined || charFilter !== undefined
  if (analyzer !== undefined) {
    if (hasParts) throw validationFailure('cannot define extra components on a named analyzer')
    return tokensOf(namedAnalyzer(analysis, analyzer, index === undefined))
  }
  if (normalizer !== undefined) {
    if (hasParts) throw validationFailure('cannot define extra components on a named normalizer')
    if (index === undefined) {
      throw validationFailure('index is required if normalizer is specified')
    }
    const normalize = analysis.normalizer(normalizer)
    return (text) => [whole(normalize(text), text.length)]
  }
  if (hasParts) {
    return tokensOf(
      analysis.custom({
        ...(tokenizer !== undefined && { tokenizer }),
        ...(filter !== undefined && { filter }),
        ...(charFilter !== undefined && { charFilter }),
      }),
    )
  }
  if (field === undefined) return tokensOf(analysis.analyzer('default'))
  if (index === undefined) {
    throw illegalArgument('analysis based on a specific field requires an index')
  }
  return fieldTokens(analysis, index, field)
}

type ShownToken = Omit<Token, 'forms'>
type Tokens = (text: string) => readonly ShownToken[]

function tokensOf(analyzer: Analyzer): Tokens {
  return (text) => analyzer.tokens(text)
}

function namedAnalyzer(analysis: Analysis, name: string, isGlobal: boolean): Analyzer {
  try {
    return analysis.analyzer(name)
  } catch (error) {
    const isMissing =
      error instanceof SearchFailure && error.details.reason.includes('has not been configured')
    if (!isMissing) throw error
    throw illegalArgument(`failed to find ${isGlobal ? 'global ' : ''}analyzer [${name}]`)
  }
}

function fieldTokens(analysis: Analysis, index: ResolvedIndex, name: string): Tokens {
  const type = fieldType(index, name)
  if (type.analyzer !== undefined) return tokensOf(analysis.analyzer(type.analyzer))
  if (type.name === 'keyword') return (text) => [whole(text, text.length)]
  throw illegalArgument(
    `Can't process field [${name}], Analysis requests are only supported on tokenized fields`,
  )
}

/** A field that nobody mapped is taken for a text. */
function fieldType(index: ResolvedIndex, name: string) {
  if (index.kind === 'documents') {
    const field = index.meta.fields.find((known) => known.name === name)
    if (field === undefined) return { name: 'text', analyzer: 'default' }
    return { name: field.type, analyzer: field.text?.analyzer }
  }
  const base = name.replace(/\.keyword$/, '')
  const known = elasticProperties()
  const type = Object.hasOwn(known, base) ? String(known[base]?.type) : 'text'
  if (type === 'text' && base === name) return { name: type, analyzer: 'default' }
  return { name: type === 'text' ? 'keyword' : type, analyzer: undefined }
}

function whole(text: string, end: number): ShownToken {
  return { text, start: 0, end, type: 'word', position: 0 }
}

/** The texts of a list lie behind one another. */
function allTokens(texts: readonly string[], tokens: Tokens, gap: number) {
  let offset = 0
  let position = 0
  const all = texts.flatMap((text) => {
    const own = tokens(text).map((token) => ({
      token: token.text,
      start_offset: offset + token.start,
      end_offset: offset + token.end,
      type: token.type,
      position: position + token.position,
    }))
    offset += text.length + 1
    position = (own.at(-1)?.position ?? position - 1) + 1 + gap
    return own
  })
  if (all.length <= MAX_TOKENS) return all
  throw illegalArgument(
    `The number of tokens produced by calling _analyze has exceeded the allowed maximum of [${MAX_TOKENS}].`,
  )
}
