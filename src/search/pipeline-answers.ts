import type { AnsweredBucket, Children, Json } from './aggregations/aggregation.ts'

export interface AnswerOptions {
  /** Puts the type in front of each name: `sterms#by_model`. */
  readonly typedKeys: boolean
}

/** Lets the pipeline aggregations beneath buckets work on them, in the order of the request. */
export function withParents(
  children: Children,
  buckets: readonly AnsweredBucket[],
  options: AnswerOptions,
): readonly AnsweredBucket[] {
  let answered = buckets
  for (const [name, child] of children) {
    if (child.kind !== 'pipeline' || child.apply.kind !== 'parent') continue
    answered = child.apply.buckets(nameOf(name, child.typeName, options), answered)
  }
  return answered
}

/** Adds the answers of pipeline aggregations that are made of those beside them. */
export function withSiblings(children: Children, answers: Json, options: AnswerOptions): Json {
  let answered = answers
  for (const [name, child] of children) {
    if (child.kind !== 'pipeline' || child.apply.kind !== 'sibling') continue
    const made = child.apply.answer(answered, (sibling) => children.get(sibling)?.typeName)
    answered = { ...answered, [nameOf(name, child.typeName, options)]: made }
  }
  return answered
}

function nameOf(name: string, typeName: string, { typedKeys }: AnswerOptions): string {
  return typedKeys ? `${typeName}#${name}` : name
}
