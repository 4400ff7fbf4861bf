import { type ParsedDocument, parseDocument } from '../mapping/document-parser.ts'
import { Mapping, type MappingState } from '../mapping/index-mapping.ts'
import type { MappedField, ValueType } from '../mapping/mapped-field.ts'
import { mappingSettings } from '../mapping/mapping-settings.ts'
import type { FailureDetails } from '../search-failure.ts'
import { DEFAULT_ANALYZER, eachToken } from '../tokens.ts'
import { WordWriter } from '../word-writer.ts'
import type { TableColumn } from './document-chunk.ts'
import type { Settings } from './index-meta.ts'
import type { Json } from './json-object.ts'
import type { DocumentWords } from './word-table.ts'

/** What of a document the columns and the words are made of. */
export type IndexedDocument = Pick<ParsedDocument, 'values' | 'ignored' | 'texts'>

/** A document as it is to be written. */
export interface UnreadDocument {
  readonly index: string
  readonly id: string
  readonly routing: string | undefined
  /** JSON text. */
  readonly source: string
  /** Whether it goes into a data stream, where every document has its time. */
  readonly needsTimestamp: boolean
}

export type ReadDocument =
  | { readonly kind: 'failed'; readonly failure: FailureDetails }
  | {
      readonly kind: 'read'
      readonly document: IndexedDocument
      /** With what the document brought along; the same when that is nothing. */
      readonly schema: IndexSchema
    }

const SQL_TYPES: Readonly<Record<ValueType, string>> = {
  keyword: 'VARCHAR[]',
  ip: 'VARCHAR[]',
  long: 'BIGINT[]',
  double: 'DOUBLE[]',
  usd: 'DOUBLE[]',
  boolean: 'BOOLEAN[]',
  date: 'TIMESTAMP[]',
}
/** A nested object's values stay together: their list as one JSON text. */
const NESTED_SQL_TYPE = 'VARCHAR'

const TIMESTAMP = '@timestamp'

const writer = new WordWriter()

/** The mapping of an index and how its documents are read by it. It never changes. */
export class IndexSchema {
  readonly mapping: Mapping

  private constructor(mapping: Mapping) {
    this.mapping = mapping
  }

  /**
   * Reads the mapping of a new index.
   *
   * @throws SearchFailure
   */
  static parse(mappings: Json, settings: Settings): IndexSchema {
    return new IndexSchema(Mapping.parse(mappings, mappingSettings(settings)))
  }

  /** Makes the mapping again that `toText` was taken of. */
  static restore(text: string, settings: Settings): IndexSchema {
    const state = JSON.parse(text) as MappingState
    return new IndexSchema(Mapping.restore(state, mappingSettings(settings)))
  }

  toText(): string {
    return JSON.stringify(this.mapping.state())
  }

  /**
   * Adds fields.
   *
   * @throws SearchFailure when they contradict what is there
   */
  merged(mappings: Json): IndexSchema {
    return this.#with(this.mapping.merge(mappings))
  }

  #with(mapping: Mapping): IndexSchema {
    return mapping === this.mapping ? this : new IndexSchema(mapping)
  }

  /** Reads a document, for what it is searched by. */
  read({ index, id, routing, source, needsTimestamp }: UnreadDocument): ReadDocument {
    if (this.mapping.isRoutingRequired && routing === undefined) {
      return failed('routing_missing_exception', `routing is required for [${index}]/[${id}]`)
    }
    const parsed = parseDocument(this.mapping, source, { id })
    if (!parsed.ok) return { kind: 'failed', failure: parsed.failure }
    const { values, ignored, texts, mapping } = parsed
    if (needsTimestamp && !hasTime(mapping, values)) {
      return failed(
        'document_parsing_exception',
        `data stream timestamp field [${TIMESTAMP}] is missing`,
      )
    }
    const document = { values, ignored, texts }
    return { kind: 'read', document, schema: this.#with(mapping) }
  }

  /** The columns of those names, with their types in SQL. */
  columns(names: ReadonlySet<string>): readonly TableColumn[] {
    return [...this.mapping.fields().values()]
      .filter(({ number, isAlias }) => !isAlias && names.has(columnName(number)))
      .map((field) => ({ name: columnName(field.number), sqlType: sqlTypeOf(field) }))
  }

  /** The words of a document's texts, with the length of each field. */
  wordsOf({ texts }: IndexedDocument): DocumentWords {
    const lengths = new Map<string, number>()
    for (const { field, texts: ofField } of texts) {
      let length = 0
      for (const text of ofField) length += this.#addWords(field.mark, field.analyzer, text)
      if (length > 0) lengths.set(field.mark, (lengths.get(field.mark) ?? 0) + length)
    }
    return { bytes: writer.take().bytes, lengths }
  }

  #addWords(mark: string, name: string, text: string): number {
    const { analysis } = this.mapping.settings
    let length = 0
    if (name === DEFAULT_ANALYZER && !analysis.hasOwn(name)) {
      writer.addField(mark, text)
      eachToken(text, () => {
        length++
        return true
      })
      return length
    }
    const analyzer = analysis.analyzer(name)
    const positions = (whole: string) => {
      const found = analyzer.positions(whole)
      length = found.filter((forms) => forms.length > 0).length
      return found
    }
    writer.addField(mark, text, { positions })
    return length
  }
}

function hasTime(mapping: Mapping, values: IndexedDocument['values']): boolean {
  const field = mapping.fields().get(TIMESTAMP)
  return field !== undefined && values[columnName(field.number)] !== undefined
}

function failed(type: string, reason: string): ReadDocument {
  return { kind: 'failed', failure: { type, reason, status: 400 } }
}

function columnName(number: number): string {
  return `c${number}`
}

function sqlTypeOf({ type, valueType }: MappedField): string {
  return type === 'nested' ? NESTED_SQL_TYPE : SQL_TYPES[valueType ?? 'keyword']
}
