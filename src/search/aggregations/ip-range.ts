import { ipDigits, ipText, joinSql, type Sql, sql, textValue } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { illegalArgument, parsingFailure } from '../search-failure.ts'
import type { AggregationCompiler, Json } from './aggregation.ts'
import { listedConditions } from './listed-conditions.ts'
import { metricField, unsupportedField } from './metric-field.ts'
import { withMissing } from './missing-value.ts'

/** From inclusive, to exclusive; addresses as 32 hexadecimal digits. */
interface Range {
  readonly key: string
  readonly from: string | undefined
  readonly to: string | undefined
}

/** A bucket per range of addresses; ranges may overlap. */
export const ipRange: AggregationCompiler = (body, { columns, children, nowMs }) => {
  const reader = new BodyReader(body, 'ip_range')
  const given = metricField(reader, columns)
  if (given.type !== undefined && given.type !== 'ip') throw unsupportedField(given, 'ip_range')
  const field = { ...given, type: 'ip' as const }
  const input = withMissing(field, reader.value('missing'), nowMs)
  const keyed = reader.boolean('keyed') ?? false
  const ranges = rangesOf(reader.value('ranges'))
  reader.end()
  return listedConditions({
    typeName: 'ip_range',
    listed: ranges.map((range) => ({
      condition: within(range, input, given.isList),
      head: headOf(range),
    })),
    children,
    wrap: (buckets) => ({ buckets: keyed ? byKey(buckets) : buckets }),
  })
}

function within({ from, to }: Range, input: Sql, isList: boolean): Sql {
  const condition = (own: Sql) =>
    joinSql(
      [
        sql`${own} IS NOT NULL`,
        ...(from === undefined ? [] : [sql`${own}::VARCHAR >= ${textValue(from)}`]),
        ...(to === undefined ? [] : [sql`${own}::VARCHAR < ${textValue(to)}`]),
      ],
      ' AND ',
    )
  return isList
    ? sql`coalesce(len(list_filter(${input}, lambda value: ${condition(sql`value`)})) > 0, false)`
    : sql`(${condition(input)})`
}

function rangesOf(given: unknown): readonly Range[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw illegalArgument('No [ranges] specified for the [ip_range] aggregation')
  }
  const ranges = given.map((one: unknown) => {
    const own = new BodyReader(one, 'ip_range.ranges')
    const mask = own.text('mask')
    const [from, to] = [addressOf(own.text('from')), addressOf(own.text('to'))]
    const key = own.text('key')
    own.end()
    if (mask !== undefined) {
      if (from !== undefined || to !== undefined) {
        throw parsingFailure('[ip_range] ranges have either [mask] or [from] and [to]')
      }
      const masked = maskRange(mask)
      return { ...masked, key: key ?? mask }
    }
    return { from, to, key: key ?? `${textOf(from)}-${textOf(to)}` }
  })
  return ranges.sort(
    (a, b) => compare(a.from ?? '', b.from ?? '') || compare(a.to ?? END, b.to ?? END),
  )
}

/** Behind every address. */
const END = 'g'

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function textOf(digits: string | undefined): string {
  return digits === undefined ? '*' : ipText(digits)
}

function addressOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const digits = ipDigits(text)
  if (digits === undefined) throw illegalArgument(`'${text}' is not an IP string literal.`)
  return digits
}

const BITS = 128n
const IPV4_BITS = 96

/** `10.0.0.0/8` as a range; without bound where it begins or ends with all addresses. */
function maskRange(mask: string): Pick<Range, 'from' | 'to'> {
  const [address = '', length = '', more] = mask.split('/')
  const isIpv4 = !address.includes(':')
  const digits = ipDigits(address)
  const prefix = /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN
  if (digits === undefined || more !== undefined || !(prefix <= (isIpv4 ? 32 : 128))) {
    throw illegalArgument(`Expected [ip/prefix] but was [${mask}]`)
  }
  const size = 1n << (BITS - BigInt(isIpv4 ? prefix + IPV4_BITS : prefix))
  const start = (BigInt(`0x${digits}`) / size) * size
  const end = start + size
  return {
    from: start === 0n ? undefined : hex(start),
    to: end >= 1n << BITS ? undefined : hex(end),
  }
}

function hex(value: bigint): string {
  return value.toString(16).padStart(32, '0')
}

function headOf({ key, from, to }: Range): Json {
  return {
    key,
    ...(from !== undefined && { from: ipText(from) }),
    ...(to !== undefined && { to: ipText(to) }),
  }
}

function byKey(buckets: readonly Json[]): Json {
  return Object.fromEntries(buckets.map(({ key, ...rest }) => [String(key), rest]))
}
