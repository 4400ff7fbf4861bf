import { elasticProperties } from '../../src/record/index.ts'
import { classicObjects } from './classic.ts'
import { DASHBOARDS } from './dashboards.ts'
import { grafanaDashboard } from './grafana.ts'
import { lensObjects } from './lens.ts'
import { toNdjson } from './saved-object.ts'

/** The files under `deploy/` that are made from the code, by name. */
export function deployFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['deploy/kibana/classic.ndjson', toNdjson(classicObjects(DASHBOARDS))],
    ['deploy/kibana/lens-8.11.ndjson', toNdjson(lensObjects(DASHBOARDS))],
    ['deploy/grafana/dashboard.json', pretty(grafanaDashboard(DASHBOARDS))],
    ['deploy/elk/index-template.json', pretty(indexTemplate())],
  ])
}

const LINE_WIDTH = 100
const SCALARS = /^(.*)\[\n((?:\s+(?:"[^"\n]*"|[\w.-]+),?\n)+)\s+\](,?)$/gm

/** JSON as the formatter has it: lists of scalars on one line where they fit. */
function pretty(value: object): string {
  const text = JSON.stringify(value, undefined, 2)
  const formatted = text.replaceAll(
    SCALARS,
    (whole, before: string, list: string, comma: string) => {
      const items = list.trim().split(/\n\s+/).join(' ')
      const line = `${before}[${items}]${comma}`
      return line.length <= LINE_WIDTH ? line : whole
    },
  )
  return `${formatted}\n`
}

/** The index template for a real Elasticsearch, with the fields of the record. */
function indexTemplate(): object {
  return {
    index_patterns: ['holysheep-*'],
    template: {
      settings: {
        number_of_shards: 1,
        number_of_replicas: 0,
        'index.lifecycle.name': 'holysheep-logs-policy',
        // An index is a day and nothing rolls over. Without these two the policy's rollover step
        // fails for want of an alias, and no index is ever deleted; the alias need not exist.
        'index.lifecycle.indexing_complete': true,
        'index.lifecycle.rollover_alias': 'holysheep-requests',
        'index.mapping.ignore_malformed': true,
      },
      mappings: { properties: elasticProperties() },
    },
  }
}
