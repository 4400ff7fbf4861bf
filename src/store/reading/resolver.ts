import type { Deadline } from './deadline.ts'
import { type Filter, probesOf, type TextProbe } from './filter.ts'
import { type Part, partKey } from './part.ts'
import {
  allProbes,
  computedSql,
  type Found,
  narrowed,
  type ResolvedPart,
  type Scope,
  scoresOf,
  withLeast,
  withRows,
} from './scope.ts'
import { scoredProbes, type WordScores } from './score.ts'
import type { TextSource } from './sources.ts'
import type { CandidateRows } from './text-reader.ts'

/** Parts asked of the text engine at a time, so that a short search passes a long one. */
const PARTS_AT_A_TIME = 4

const NO_SCORES: WordScores = new Map()

/** How much is asked of the text engine: every row for certain, or first only which may match. */
export type Certainty = 'certain' | 'candidates'

/** Asks the text engine what the column engine cannot know: words, phrases, ids. */
export class Resolver {
  readonly #text: TextSource
  /** By probe and part; a search makes its own probes, so none outlives its search. */
  readonly #known: Readonly<
    Record<Certainty, WeakMap<TextProbe, Map<string, Promise<CandidateRows>>>>
  > = { certain: new WeakMap(), candidates: new WeakMap() }

  constructor(text: TextSource) {
    this.#text = text
  }

  /**
   * Returns the parts in which something can match, in the order given. With `candidates`, rows
   * may be among them whose texts still have to be looked at: `doubts` says for which probes.
   */
  async resolve(
    scope: Scope,
    deadline: Deadline,
    certainty: Certainty = 'certain',
  ): Promise<readonly ResolvedPart[]> {
    const open = scope.parts.filter((part) => narrowed(scope.filter, part).kind !== 'none')
    const probes = allProbes(scope)
    const lazy = certainty === 'candidates' ? doubtfulProbes(scope) : []
    const resolved: ResolvedPart[] = []
    const few = probes.every(({ kind }) => kind === 'id')
    const size = few ? Math.max(1, open.length) : PARTS_AT_A_TIME
    for (let start = 0; start < open.length; start += size) {
      const batch = open.slice(start, start + size)
      const answers = await this.#answers(batch, probes, lazy, deadline)
      for (const [place, part] of batch.entries()) {
        const answer = answers[place]!
        const found = { probes, rows: answer.map(({ rows }) => rows), scores: NO_SCORES }
        const matching = withRows(narrowed(scope.filter, part), found)
        if (matching.kind === 'none') continue
        const scores = await this.#scores(scope, part, found, deadline)
        const all = { ...found, scores }
        const filter = withLeast(matching, scope, part, all)
        const computed = scope.computed.map((one) => computedSql(one, part, all))
        const doubts = probes.filter((_, at) => !answer[at]!.areCertain)
        resolved.push({ part, filter, computed, doubts })
      }
    }
    return resolved
  }

  async #answers(
    parts: readonly Part[],
    probes: readonly TextProbe[],
    lazy: readonly TextProbe[],
    deadline: Deadline,
  ): Promise<readonly (readonly CandidateRows[])[]> {
    const certaintyOf = (probe: TextProbe) => (lazy.includes(probe) ? 'candidates' : 'certain')
    for (const probe of probes) this.#ask(parts, probe, certaintyOf(probe), deadline)
    return Promise.all(
      parts.map((part) =>
        Promise.all(
          probes.map((probe) => this.#known[certaintyOf(probe)].get(probe)!.get(partKey(part))!),
        ),
      ),
    )
  }

  /** Relevance of the rows that were found, for the probes of which a score is wanted. */
  async #scores(scope: Scope, part: Part, { probes, rows }: Found, deadline: Deadline) {
    const scored = scoresOf(scope).flatMap(scoredProbes)
    if (scored.length === 0) return NO_SCORES
    const asked = [...new Set(scored)].map((probe) => ({
      probe,
      rows: rows[probes.indexOf(probe)] ?? new Float64Array(),
    }))
    const scores = await this.#text.scores(partKey(part), asked, deadline.leftMs())
    return new Map(
      asked.map(({ probe, rows: own }, place) => [probe, { rows: own, scores: scores[place]! }]),
    )
  }

  /** Rows of each of the parts that a probe finds; undefined where the text engine cannot tell. */
  async rows(
    parts: readonly Part[],
    probe: TextProbe,
    deadline: Deadline,
  ): Promise<readonly (Float64Array | undefined)[]> {
    const answers = await this.#answers(parts, [probe], [], deadline)
    return answers.map(([answer]) => answer!.rows)
  }

  /** Hits, count and aggregations of a search share its probes: each part is asked once. */
  #ask(parts: readonly Part[], probe: TextProbe, certainty: Certainty, deadline: Deadline): void {
    const known = this.#known[certainty].get(probe) ?? new Map<string, Promise<CandidateRows>>()
    this.#known[certainty].set(probe, known)
    const open = parts.filter((part) => !known.has(partKey(part)))
    if (open.length === 0) return
    const asked = this.#found(open.map(partKey), probe, certainty, deadline)
    for (const [place, part] of open.entries()) {
      const rows = asked.then((answers) => answers[place]!)
      // whoever waits for it is told; nobody may, when another part of the search failed first
      rows.catch(() => undefined)
      known.set(partKey(part), rows)
    }
  }

  async #found(
    keys: readonly string[],
    probe: TextProbe,
    certainty: Certainty,
    deadline: Deadline,
  ): Promise<readonly CandidateRows[]> {
    if (certainty === 'candidates') {
      const answers = await this.#text.candidates(keys, [probe], deadline.leftMs())
      return answers.map(([answer]) => answer!)
    }
    const answers = await this.#text.probe(keys, [probe], deadline.leftMs())
    return answers.map(([rows]) => ({ rows, areCertain: true }))
  }
}

/**
 * Probes whose rows may be confirmed one by one at the end: each row that matches satisfies them,
 * and nothing else is computed from them.
 */
export function doubtfulProbes(scope: Scope): readonly TextProbe[] {
  const { filter } = scope
  const others = new Set(allProbes({ ...scope, filter: { kind: 'all' } }))
  const demanded: readonly Filter[] = filter.kind === 'and' ? filter.filters : [filter]
  const nested = demanded.filter(({ kind }) => kind !== 'text').flatMap(probesOf)
  return demanded.flatMap((part) => {
    if (part.kind !== 'text' || others.has(part.probe) || nested.includes(part.probe)) return []
    const { kind } = part.probe
    return kind === 'phrase' || kind === 'exact' || kind === 'pattern' ? [part.probe] : []
  })
}
