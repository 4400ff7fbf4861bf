import { BodyReader } from '../body-reader.ts'
import { parsingFailure } from '../search-failure.ts'

/** How many records there are, and how many of them have a term. */
export interface Frequencies {
  /** Records of the bucket, with the term and in all. */
  readonly subset: number
  readonly subsetSize: number
  /** Records that they are compared with. */
  readonly superset: number
  readonly supersetSize: number
}

/** How unusual a term is; none is answered at 0 or below. */
export type Significance = (frequencies: Frequencies) => number

const HEURISTICS: Readonly<Record<string, (reader: BodyReader) => Significance>> = {
  jlh: () => jlh,
  percentage:
    () =>
    ({ subset, superset }) =>
      superset === 0 ? 0 : subset / superset,
  gnd: (reader) => {
    const isSuperset = reader.boolean('background_is_superset') ?? true
    return (frequencies) => googleDistance(tableOf(frequencies, isSuperset))
  },
  chi_square: (reader) => compared(reader, chiSquare),
  mutual_information: (reader) => compared(reader, mutualInformation),
}

const REFUSED = ['script_heuristic', 'p_value']

/**
 * Reads which measure a request wants: `jlh` unless it names another.
 *
 * @throws SearchFailure for scripts
 */
export function significance(reader: BodyReader): Significance {
  const refused = REFUSED.find((name) => reader.has(name))
  if (refused !== undefined) {
    throw parsingFailure(`[${reader.where}] does not support [${refused}]`)
  }
  const named = Object.keys(HEURISTICS).filter((name) => reader.has(name))
  const [name, second] = named
  if (name === undefined) return jlh
  if (second !== undefined) throw parsingFailure(`expected one of [${named.join(', ')}]`)
  const own = new BodyReader(reader.value(name), name)
  const made = HEURISTICS[name]!(own)
  own.end()
  return made
}

function jlh({ subset, subsetSize, superset, supersetSize }: Frequencies): number {
  if (subsetSize === 0 || supersetSize === 0) return 0
  const inside = subset / subsetSize
  const outside = Math.max(superset, 1) / supersetSize
  return inside <= outside ? 0 : (inside - outside) * (inside / outside)
}

/** Records with (1) and without (0) the term (first digit) and the bucket (second digit). */
interface Table {
  readonly n11: number
  readonly n10: number
  readonly n01: number
  readonly n00: number
  readonly withTerm: number
  readonly withoutTerm: number
  readonly inBucket: number
  readonly outside: number
  readonly all: number
}

function tableOf(frequencies: Frequencies, isSuperset: boolean): Table {
  const { subset, subsetSize, superset, supersetSize } = frequencies
  const others = isSuperset ? superset - subset : superset
  const outside = isSuperset ? supersetSize - subsetSize : supersetSize
  const n01 = subsetSize - subset
  const n00 = outside - others
  return {
    n11: subset,
    n10: others,
    n01,
    n00,
    withTerm: subset + others,
    withoutTerm: n00 + n01,
    inBucket: subsetSize,
    outside,
    all: subsetSize + outside,
  }
}

function compared(reader: BodyReader, measure: (table: Table) => number): Significance {
  const isSuperset = reader.boolean('background_is_superset') ?? true
  const includesNegatives = reader.boolean('include_negatives') ?? false
  return (frequencies) => {
    const table = tableOf(frequencies, isSuperset)
    const isRarer = table.n11 / table.inBucket < table.n10 / table.outside
    return isRarer && !includesNegatives ? Number.NEGATIVE_INFINITY : measure(table)
  }
}

function googleDistance({ n11, withTerm, inBucket, all }: Table): number {
  if (n11 === 0) return 0
  if (withTerm === inBucket && withTerm === n11) return 1
  const [most, least] = [Math.max(withTerm, inBucket), Math.min(withTerm, inBucket)]
  return Math.exp(-(Math.log(most) - Math.log(n11)) / (Math.log(all) - Math.log(least)))
}

function chiSquare(table: Table): number {
  const { n11, n10, n01, n00, withTerm, withoutTerm, inBucket, outside, all } = table
  return (all * (n11 * n00 - n01 * n10) ** 2) / (inBucket * withTerm * withoutTerm * outside)
}

function mutualInformation(table: Table): number {
  const { n11, n10, n01, n00, withTerm, withoutTerm, inBucket, outside, all } = table
  const part = (joint: number, term: number, bucket: number) => {
    const [numerator, factor] = [Math.abs(all * joint), Math.abs(joint / all)]
    if (numerator < 1e-7 && factor < 1e-7) return 0
    return factor * Math.log(numerator / Math.abs(term * bucket))
  }
  const score =
    (part(n00, withoutTerm, outside) +
      part(n01, withoutTerm, inBucket) +
      part(n10, withTerm, outside) +
      part(n11, withTerm, inBucket)) /
    Math.LN2
  return Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score
}
