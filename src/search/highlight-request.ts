import { BodyReader, isObject, kindOf } from './body-reader.ts'
import { unknownKey } from './hit-field-list.ts'
import { contentFailure, illegalOnShard, parsingFailure, SearchFailure } from './search-failure.ts'

/** How the matches in a field are shown. */
export interface HighlightOptions {
  readonly preTag: string
  readonly postTag: string
  /** Characters of a fragment; 0 for whole sentences. */
  readonly fragmentSize: number
  /** 0 for the whole value. */
  readonly numberOfFragments: number
  /** Characters that are shown of a field without match; 0 for none. */
  readonly noMatchSize: number
  /** Whether only what the query looks for in this field counts. */
  readonly requireFieldMatch: boolean
  readonly byScore: boolean
  readonly encodeHtml: boolean
  readonly scanner: 'sentence' | 'word'
  /** Characters of a value that are looked at; undefined for what the index allows. */
  readonly maxAnalyzedOffset: number | undefined
  /** What is looked for, when it is not the query itself. */
  readonly query: unknown
}

export interface HighlightRequest {
  readonly fields: readonly { readonly pattern: string; readonly options: HighlightOptions }[]
}

const DEFAULTS: HighlightOptions = {
  preTag: '<em>',
  postTag: '</em>',
  fragmentSize: 100,
  numberOfFragments: 5,
  noMatchSize: 0,
  requireFieldMatch: true,
  byScore: false,
  encodeHtml: false,
  scanner: 'sentence',
  maxAnalyzedOffset: undefined,
  query: undefined,
}

const TYPES = ['unified', 'plain', 'fvh']
const SCANNERS = ['sentence', 'word', 'chars']
const FRAGMENTERS = ['simple', 'span']
const STYLED = '<em class="hlt1">'

/** Keys of options that may stand beside `fields` and in each field. */
const SHARED = [
  'pre_tags',
  'post_tags',
  'fragment_size',
  'number_of_fragments',
  'no_match_size',
  'require_field_match',
  'highlight_query',
  'order',
  'type',
  'boundary_scanner',
  'boundary_scanner_locale',
  'boundary_chars',
  'boundary_max_scan',
  'force_source',
  'fragmenter',
  'phrase_limit',
  'options',
  'max_analyzed_offset',
  'highlight_filter',
]
const TOP_KEYS = [...SHARED, 'fields', 'encoder', 'tags_schema']
const FIELD_KEYS = [...SHARED, 'matched_fields', 'fragment_offset']

/**
 * Reads `highlight`.
 *
 * @throws SearchFailure for options that are not known
 */
export function parseHighlight(given: unknown): HighlightRequest | undefined {
  if (given === undefined) return undefined
  if (!isObject(given)) throw unknownKey(given, 'highlight')
  const reader = new BodyReader(given, 'highlight')
  checkKeys(reader, 'highlight', TOP_KEYS)
  const styled = reader.text('tags_schema') === 'styled' ? { preTag: STYLED } : {}
  const base = { ...DEFAULTS, ...styled, encodeHtml: reader.text('encoder') === 'html' }
  const shared = optionsOf(reader, base, 'highlight')
  const fields = entriesOf(reader.value('fields')).map(([pattern, own]) => {
    if (!isObject(own)) {
      throw contentFailure(`[highlight_field] Expected START_OBJECT but was: ${kindOf(own)}`)
    }
    const field = new BodyReader(own, 'highlight_field')
    checkKeys(field, 'highlight_field', FIELD_KEYS)
    const type = field.text('type') ?? reader.text('type')
    if (type !== undefined && !TYPES.includes(type)) {
      throw illegalOnShard(`unknown highlighter type [${type}] for the field [${pattern}]`)
    }
    return { pattern, options: optionsOf(field, shared, 'highlight_field') }
  })
  return { fields }
}

function checkKeys(reader: BodyReader, parser: string, known: readonly string[]): void {
  const unknown = reader.keys().find((key) => !known.includes(key))
  if (unknown !== undefined) throw contentFailure(`[${parser}] unknown field [${unknown}]`)
}

/** An object of fields, or a list of objects with one each, which keeps their order. */
function entriesOf(given: unknown): readonly (readonly [string, unknown])[] {
  if (given === undefined) return []
  if (isObject(given)) return Object.entries(given)
  if (!Array.isArray(given)) {
    throw contentFailure(`[highlight] fields doesn't support values of type: ${kindOf(given)}`)
  }
  return given.map((item: unknown) => {
    const [entry, second] = isObject(item) ? Object.entries(item) : []
    if (entry !== undefined && second === undefined) return entry
    throw contentFailure(
      '[fields] can be a single object with any number of fields or an array where each entry is an object with a single field',
    )
  })
}

function optionsOf(reader: BodyReader, base: HighlightOptions, parser: string): HighlightOptions {
  const number = (key: string) => numberOf(reader, key, parser)
  const scanner = reader.text('boundary_scanner')?.toLowerCase()
  if (scanner !== undefined && !SCANNERS.includes(scanner)) throw unread(parser, 'boundary_scanner')
  const fragmenter = reader.text('fragmenter')
  if (fragmenter !== undefined && !FRAGMENTERS.includes(fragmenter)) {
    throw illegalOnShard(`unknown fragmenter option [${fragmenter}] for the field`)
  }
  const offset = number('max_analyzed_offset')
  if (offset !== undefined && offset <= 0) throw unread(parser, 'max_analyzed_offset')
  const query = reader.value('highlight_query')
  return {
    ...tagsOf(reader, base),
    fragmentSize: sizeOf(number('fragment_size'), base.fragmentSize),
    numberOfFragments: Math.max(0, number('number_of_fragments') ?? base.numberOfFragments),
    noMatchSize: Math.max(0, number('no_match_size') ?? base.noMatchSize),
    requireFieldMatch: flag(reader, 'require_field_match', parser) ?? base.requireFieldMatch,
    byScore: reader.has('order') ? reader.text('order') === 'score' : base.byScore,
    encodeHtml: base.encodeHtml,
    scanner: scanner === undefined ? base.scanner : scanner === 'word' ? 'word' : 'sentence',
    maxAnalyzedOffset: offset ?? base.maxAnalyzedOffset,
    query: query ?? base.query,
  }
}

function sizeOf(given: number | undefined, usual: number): number {
  return given === undefined || given < 0 ? usual : given
}

function tagsOf(
  reader: BodyReader,
  base: HighlightOptions,
): Pick<HighlightOptions, 'preTag' | 'postTag'> {
  const [pre, post] = [firstTag(reader, 'pre_tags'), firstTag(reader, 'post_tags')]
  if (pre !== undefined && post === undefined) {
    throw parsingFailure('pre_tags are set but post_tags are not set')
  }
  return { preTag: pre ?? base.preTag, postTag: post ?? base.postTag }
}

/** Of several tags all matches get the first. */
function firstTag(reader: BodyReader, key: string): string | undefined {
  const given = reader.value(key)
  if (given === undefined) return undefined
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  const [first] = list
  if (typeof first === 'string') return first
  throw parsingFailure(`[highlight] [${key}] must be a text or a list of texts`)
}

function numberOf(reader: BodyReader, key: string, parser: string): number | undefined {
  return read(parser, key, () => {
    const number = reader.number(key)
    return number === undefined ? undefined : Math.trunc(number)
  })
}

function flag(reader: BodyReader, key: string, parser: string): boolean | undefined {
  return read(parser, key, () => reader.boolean(key))
}

function read<T>(parser: string, key: string, take: () => T): T {
  try {
    return take()
  } catch (error) {
    throw error instanceof SearchFailure ? unread(parser, key) : error
  }
}

function unread(parser: string, key: string): SearchFailure {
  return contentFailure(`[${parser}] failed to parse field [${key}]`)
}
