import { fitsPattern, type IndexCatalogue } from '../search/index.ts'
import type { IndexCatalog } from './index-catalog.ts'
import { indexView } from './index-view.ts'
import type { AnswerQuery } from './parameters.ts'

/** Answer to `_resolve/index`: the indices, aliases and data streams of an expression. */
export function resolveIndexBody(
  catalogue: IndexCatalogue,
  expression: string,
  query: AnswerQuery,
  catalog: IndexCatalog,
) {
  const { state } = catalogue
  const reached = catalog.resolved(catalogue, expression, query, { closed: 'keep' })
  const everything = catalog.resolved(
    catalogue,
    '',
    {},
    {
      closed: 'keep',
      expand: { open: true, closed: true, hidden: true },
    },
  )
  const views = everything.map((index) => indexView(index, state))
  const names = expression === '_all' ? ['*'] : expression.split(',')
  const isNamed = (name: string) => names.some((pattern) => fitsPattern(name, pattern))
  const isReached = (name: string) => reached.some((index) => index.name === name)
  const lenient = { ...query, ignore_unavailable: 'true', allow_no_indices: 'true' }
  const indices = catalog
    .resolved(catalogue, expression, lenient, { closed: 'keep', aliases: 'refuse' })
    .map((index) => index.name)
  const aliases = Map.groupBy(
    views.flatMap(({ name, aliases: own }) =>
      Object.keys(own).map((alias) => ({ alias, index: name })),
    ),
    ({ alias }) => alias,
  )
  return {
    indices: views
      // what is reached only by an alias or a stream is told of below
      .filter(({ name }) => indices.includes(name))
      .map(({ name, aliases: own, isHidden, isOpen, dataStream }) => ({
        name,
        ...(Object.keys(own).length > 0 && { aliases: Object.keys(own) }),
        attributes: [...(isHidden ? ['hidden'] : []), isOpen ? 'open' : 'closed'],
        ...(dataStream !== undefined && { data_stream: dataStream }),
      })),
    aliases: [...aliases]
      .filter(([alias, members]) => isNamed(alias) && members.some(({ index }) => isReached(index)))
      .map(([name, members]) => ({ name, indices: members.map(({ index }) => index) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    data_streams: state.dataStreams
      .filter(({ name, indices }) => isNamed(name) && indices.some(isReached))
      .map(({ name, indices, timestampField }) => ({
        name,
        backing_indices: indices,
        timestamp_field: timestampField,
      })),
  }
}
