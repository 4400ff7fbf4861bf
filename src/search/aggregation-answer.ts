import type { Cell, Row } from '../store/index.ts'
import { type Layout, layOut } from './aggregation-layout.ts'
import { type AggregationData, MAX_BUCKETS, parentName } from './aggregation-runner.ts'
import type {
  BucketAggregation,
  Children,
  GlobalAggregation,
  Json,
  ParentGroups,
} from './aggregations/aggregation.ts'
import { type AnswerOptions, withParents, withSiblings } from './pipeline-answers.ts'
import { tooManyBuckets } from './search-failure.ts'

/**
 * Makes the `aggregations` of the answer.
 *
 * @throws SearchFailure when filling gaps makes too many buckets
 */
export function aggregationAnswer(data: AggregationData, options: AnswerOptions): Json {
  return new Answer(data, options).level(data.tree, data.layout, data.cells, [])
}

/** Answers a tree when there is nothing to compute from. */
export function emptyAnswer(tree: Children, options: AnswerOptions): Json {
  return aggregationAnswer(emptyData(tree), options)
}

function emptyData(tree: Children): AggregationData {
  const none = { alone: new Map(), groups: new Map(), globals: new Map() }
  return { tree, layout: layOut(tree, []), cells: [], ...none }
}

const NOTHING: ParentGroups = { groups: [], survey: undefined }

class Answer {
  readonly #data: AggregationData
  readonly #options: AnswerOptions
  #buckets = 0

  constructor(data: AggregationData, options: AnswerOptions) {
    this.#data = data
    this.#options = options
  }

  level(children: Children, layout: Layout, cells: Row, keys: readonly Cell[] | undefined): Json {
    const answers = new Map<string, Json>()
    for (const [name, child] of children) {
      const key = this.#options.typedKeys ? `${child.typeName}#${name}` : name
      const meta = child.meta === undefined ? {} : { meta: child.meta }
      if (child.kind === 'metric') {
        const placed = layout.metrics.get(name)
        const values = placed ? cells.slice(placed.slot) : (this.#data.alone.get(name) ?? [])
        answers.set(key, { ...meta, ...child.read(values) })
      } else if (child.kind === 'filter') {
        const placed = layout.filters.get(name)!
        const count = Number(cells[placed.slot] ?? 0)
        const beneath = this.level(child.children, placed.beneath, cells, keys)
        answers.set(key, { ...meta, doc_count: count, ...beneath })
      } else if (child.kind === 'buckets') {
        answers.set(key, { ...meta, ...this.#bucketsOf(child, keys) })
      } else if (child.kind === 'global') {
        answers.set(key, { ...meta, ...this.#globalOf(child) })
      }
    }
    return withSiblings(children, Object.fromEntries(answers), this.#options)
  }

  #globalOf(child: GlobalAggregation): Json {
    const data = this.#data.globals.get(child) ?? { ...emptyData(child.children), count: 0 }
    return { doc_count: data.count, ...aggregationAnswer(data, this.#options) }
  }

  /** Without `keys` the buckets lie in an empty one: nothing can be in them. */
  #bucketsOf(aggregation: BucketAggregation, keys: readonly Cell[] | undefined): Json {
    const known = this.#data.groups.get(aggregation)
    const found = (keys && known?.byParent.get(parentName(keys))) ?? NOTHING
    const buckets = aggregation.arrange(found, MAX_BUCKETS - this.#buckets)
    this.#buckets += buckets.length
    if (this.#buckets > MAX_BUCKETS) throw tooManyBuckets(MAX_BUCKETS)
    const layout = known?.layout ?? layOut(aggregation.children, [])
    const answered = buckets.map(({ head, group }) => ({
      ...head,
      doc_count: group?.count ?? 0,
      ...this.level(
        aggregation.children,
        layout,
        group?.cells ?? [],
        group && keys && [...keys, group.key],
      ),
    }))
    return aggregation.wrap(withParents(aggregation.children, answered, this.#options), found)
  }
}
