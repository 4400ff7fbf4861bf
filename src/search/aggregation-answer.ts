import type { Cell, Row } from '../store/index.ts'
import { type Layout, layOut } from './aggregation-layout.ts'
import { type AggregationData, MAX_BUCKETS, parentName } from './aggregation-runner.ts'
import type { BucketAggregation, Children, Json } from './aggregations/aggregation.ts'
import { tooManyBuckets } from './search-failure.ts'

export interface AnswerOptions {
  /** Puts the type in front of each name: `sterms#by_model`. */
  readonly typedKeys: boolean
}

/**
 * Makes the `aggregations` of the answer.
 *
 * @throws SearchFailure when filling gaps makes too many buckets
 */
export function aggregationAnswer(
  tree: Children,
  data: AggregationData,
  options: AnswerOptions,
): Json {
  return new Answer(data, options).level(tree, data.layout, data.cells, [])
}

/** Answers a tree when there is nothing to compute from. */
export function emptyAnswer(tree: Children, options: AnswerOptions): Json {
  const data = { layout: layOut(tree, []), cells: [], alone: new Map(), groups: new Map() }
  return aggregationAnswer(tree, data, options)
}

class Answer {
  readonly #data: AggregationData
  readonly #options: AnswerOptions
  #buckets = 0

  constructor(data: AggregationData, options: AnswerOptions) {
    this.#data = data
    this.#options = options
  }

  level(children: Children, layout: Layout, cells: Row, keys: readonly Cell[] | undefined): Json {
    const answers: Record<string, unknown> = {}
    for (const [name, child] of children) {
      const key = this.#options.typedKeys ? `${child.typeName}#${name}` : name
      const meta = child.meta === undefined ? {} : { meta: child.meta }
      if (child.kind === 'metric') {
        const placed = layout.metrics.get(name)
        const values = placed ? cells.slice(placed.slot) : (this.#data.alone.get(name) ?? [])
        answers[key] = { ...meta, ...child.read(values) }
      } else if (child.kind === 'filter') {
        const placed = layout.filters.get(name)!
        const count = Number(cells[placed.slot] ?? 0)
        const beneath = this.level(child.children, placed.beneath, cells, keys)
        answers[key] = { ...meta, doc_count: count, ...beneath }
      } else {
        answers[key] = { ...meta, ...this.#bucketsOf(child, keys) }
      }
    }
    return answers
  }

  /** Without `keys` the buckets lie in an empty one: nothing can be in them. */
  #bucketsOf(aggregation: BucketAggregation, keys: readonly Cell[] | undefined): Json {
    const known = this.#data.groups.get(aggregation)
    const groups = (keys && known?.byParent.get(parentName(keys))) ?? []
    const buckets = aggregation.arrange(groups, MAX_BUCKETS - this.#buckets)
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
    return aggregation.wrap(answered, groups)
  }
}
