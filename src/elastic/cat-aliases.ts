import { type AliasMeta, fitsPattern, type IndexState } from '../search/index.ts'
import { chosenAliases } from './alias-routes.ts'
import { CAT_PARAMETERS, type CatColumn, catAnswer } from './cat-table.ts'
import type { ClusterContext } from './cluster-context.ts'
import type { Json } from './index-body-reader.ts'
import type { IndexCatalog } from './index-catalog.ts'
import { indexView } from './index-view.ts'
import type { ElasticAnswer, ElasticRequest, ElasticRoute } from './route.ts'

interface AliasRow {
  readonly alias: string
  readonly index: string
  readonly meta: AliasMeta
}

const ALIAS_COLUMNS: readonly CatColumn<AliasRow>[] = [
  { name: 'alias', aliases: 'a', description: 'alias name', cell: ({ alias }) => alias },
  {
    name: 'index',
    aliases: 'i,idx',
    description: 'index alias points to',
    cell: ({ index }) => index,
  },
  {
    name: 'filter',
    aliases: 'f,fi',
    description: 'filter',
    cell: ({ meta }) => (meta.filter === undefined ? '-' : '*'),
  },
  {
    name: 'routing.index',
    aliases: 'ri,routingIndex',
    description: 'index routing',
    cell: ({ meta }) => meta.index_routing ?? '-',
  },
  {
    name: 'routing.search',
    aliases: 'rs,routingSearch',
    description: 'search routing',
    cell: ({ meta }) => meta.search_routing ?? '-',
  },
  {
    name: 'is_write_index',
    aliases: 'w,isWriteIndex',
    description: 'write index',
    cell: ({ meta }) => String(meta.is_write_index ?? '-'),
  },
]

interface TemplateRow {
  readonly name: string
  readonly body: Json
  readonly isLegacy: boolean
}

const listText = (value: unknown) => `[${Array.isArray(value) ? value.join(', ') : ''}]`
const numberText = (value: unknown) => (value === undefined || value === null ? '' : String(value))

const TEMPLATE_COLUMNS: readonly CatColumn<TemplateRow>[] = [
  { name: 'name', aliases: 'n', description: 'template name', cell: ({ name }) => name },
  {
    name: 'index_patterns',
    aliases: 't',
    description: 'template index patterns',
    cell: ({ body }) => listText(body.index_patterns),
  },
  {
    name: 'order',
    aliases: 'o,p',
    description: 'template application order/priority number',
    cell: ({ body, isLegacy }) => numberText(isLegacy ? body.order : body.priority),
  },
  {
    name: 'version',
    aliases: 'v',
    description: 'version',
    cell: ({ body }) => numberText(body.version),
  },
  {
    name: 'composed_of',
    aliases: 'c',
    description: 'component templates comprising index template',
    cell: ({ body, isLegacy }) => (isLegacy ? '' : listText(body.composed_of)),
  },
]

/** `_cat/aliases` and `_cat/templates`. */
export function catAliasesRoutes({ catalog }: ClusterContext): readonly ElasticRoute[] {
  const aliases = (request: ElasticRequest) => catAliases(catalog, request)
  const templates = (request: ElasticRequest) => catTemplates(catalog, request)
  const parameters = [...CAT_PARAMETERS, 'expand_wildcards']
  return [
    { methods: ['GET'], path: '/_cat/aliases', parameters, handle: aliases },
    { methods: ['GET'], path: '/_cat/aliases/:alias', parameters, handle: aliases },
    { methods: ['GET'], path: '/_cat/templates', parameters, handle: templates },
    { methods: ['GET'], path: '/_cat/templates/:name', parameters, handle: templates },
  ]
}

async function catAliases(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const catalogue = await catalog.catalogue()
  const found = catalog.resolved(catalogue, '', query, {
    closed: 'keep',
    expand: { open: true, closed: true, hidden: true },
  })
  const rows = found.flatMap((index) => {
    const view = indexView(index, catalogue.state)
    const names = path.alias?.split(',')
    const wanted = names === undefined ? view.aliases : chosenAliases(view.aliases, names)
    return Object.entries(wanted).map(([alias, meta]) => ({ alias, index: view.name, meta }))
  })
  // those of an index are in the order of its name already
  rows.sort((a, b) => (a.alias < b.alias ? -1 : Number(a.alias > b.alias)))
  return catAnswer(ALIAS_COLUMNS, rows, query)
}

async function catTemplates(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const rows = templateRows(await catalog.state())
  const pattern = path.name ?? '*'
  const wanted = rows.filter(({ name }) => fitsPattern(name, pattern))
  return catAnswer(TEMPLATE_COLUMNS, wanted, query)
}

function templateRows({ templates, legacyTemplates }: IndexState): readonly TemplateRow[] {
  const rows = (of: Readonly<Record<string, Json>>, isLegacy: boolean) =>
    Object.entries(of).map(([name, body]) => ({ name, body, isLegacy }))
  return [...rows(legacyTemplates, true), ...rows(templates, false)]
}
