import { describe, expect, it } from 'vitest'
import { dateFormat } from './date-format.ts'
import { parseDate } from './date-math.ts'
import { timeZone } from './time-zone.ts'

const NOW_MS = Date.parse('2026-03-31T10:20:30.456Z')

function parsed(text: unknown, options: { zone?: string; up?: boolean; format?: string } = {}) {
  const ms = parseDate(text, {
    nowMs: NOW_MS,
    roundUp: options.up ?? false,
    ...(options.zone !== undefined && { zone: timeZone(options.zone) }),
    ...(options.format !== undefined && { format: dateFormat(options.format) }),
  })
  return new Date(ms).toISOString()
}

describe('a date of a request', () => {
  it.each([
    ['now', '2026-03-31T10:20:30.456Z'],
    ['now-1h', '2026-03-31T09:20:30.456Z'],
    ['now-1h/h', '2026-03-31T09:00:00.000Z'],
    ['now/d', '2026-03-31T00:00:00.000Z'],
    ['now/w', '2026-03-30T00:00:00.000Z'],
    ['now/M-1d', '2026-02-28T00:00:00.000Z'],
    ['now-1M', '2026-02-28T10:20:30.456Z'],
    ['now+1y/y', '2027-01-01T00:00:00.000Z'],
    ['2026-01-31||+1M', '2026-02-28T00:00:00.000Z'],
    ['2026-01-31||/M', '2026-01-01T00:00:00.000Z'],
    ['2026', '2026-01-01T00:00:00.000Z'],
    ['2026-02', '2026-02-01T00:00:00.000Z'],
    ['2026-02-03T04', '2026-02-03T04:00:00.000Z'],
    ['2026-02-03T04:05:06.7+07:00', '2026-02-02T21:05:06.700Z'],
    ['1774700000123', '2026-03-28T12:13:20.123Z'],
    [1774700000123, '2026-03-28T12:13:20.123Z'],
  ])('%s is %s', (text, expected) => {
    expect(parsed(text)).toBe(expected)
  })

  it.each([
    ['2026-01-05', '2026-01-05T23:59:59.999Z'],
    ['2026-02', '2026-02-28T23:59:59.999Z'],
    ['now/d', '2026-03-31T23:59:59.999Z'],
    ['2026-01-05T10:30:00.000Z', '2026-01-05T10:30:00.000Z'],
    ['2026-01-05T10:30:00Z', '2026-01-05T10:30:00.999Z'],
  ])('%s as an inclusive end is %s', (text, expected) => {
    expect(parsed(text, { up: true })).toBe(expected)
  })

  it('is read in the time zone that is given, unless it names its own', () => {
    expect(parsed('2026-01-05', { zone: '+07:00' })).toBe('2026-01-04T17:00:00.000Z')
    expect(parsed('2026-01-05T00:00Z', { zone: '+07:00' })).toBe('2026-01-05T00:00:00.000Z')
    expect(parsed('now/d', { zone: 'Asia/Ho_Chi_Minh' })).toBe('2026-03-30T17:00:00.000Z')
    // clocks in Berlin went forward two days before
    expect(parsed('2026-03-29||+1d', { zone: 'Europe/Berlin' })).toBe('2026-03-29T22:00:00.000Z')
    expect(parsed('2026-03-29T01:30||+1h', { zone: 'Europe/Berlin' })).toBe(
      '2026-03-29T01:30:00.000Z',
    )
  })

  it.each([
    ['05.01.2026', 'dd.MM.yyyy', '2026-01-05T00:00:00.000Z'],
    ['2026/1/5 7:08', 'yyyy/M/d H:mm', '2026-01-05T07:08:00.000Z'],
    ['20260105T0708', "yyyyMMdd'T'HHmm", '2026-01-05T07:08:00.000Z'],
    ['2026-01-05 +0700', 'yyyy-MM-dd Z', '2026-01-04T17:00:00.000Z'],
    ['1774700000', 'epoch_second', '2026-03-28T12:13:20.000Z'],
    ['2026-01-05', 'epoch_millis||strict_date', '2026-01-05T00:00:00.000Z'],
    ['05/Jan/2026:07:08:09 +0700', 'dd/MMM/yyyy:HH:mm:ss Z', '2026-01-05T00:08:09.000Z'],
    ['Mon, 5 January 26', 'EEE, d MMMM yy', '2026-01-05T00:00:00.000Z'],
    ['2026-01-05 12:30 AM', 'yyyy-MM-dd hh:mm a', '2026-01-05T00:30:00.000Z'],
    ['2026-01-05 1:30 PM', 'yyyy-MM-dd h:mm a', '2026-01-05T13:30:00.000Z'],
    ['2026-01-05T01:02:03.123456Z', 'date_time', '2026-01-05T01:02:03.123Z'],
    ['20260105T010203.5Z', 'strict_basic_date_time', '2026-01-05T01:02:03.500Z'],
    ['10:20', 'hour_minute', '1970-01-01T10:20:00.000Z'],
    ['1774700000.25', 'epoch_second', '2026-03-28T12:13:20.250Z'],
    ['1774700000000.75', 'epoch_millis', '2026-03-28T12:13:20.000Z'],
  ])('%s in the format %s is %s', (text, format, expected) => {
    expect(parsed(text, { format })).toBe(expected)
  })

  it.each(['yesterday', '2026-13-01', '2026-02-30', 'now-1x', 'now-', '', null])(
    'refuses %s',
    (text) => {
      expect(() => parsed(text)).toThrow(/failed to parse date/)
    },
  )

  it.each(['yyyy-MMMMM', 'yyyy-yyyy', 'QQQ', 'e'])('refuses the format %s', (format) => {
    expect(() => dateFormat(format)).toThrow(/Invalid format/)
  })

  it('is written as it is read', () => {
    const zone = timeZone('+07:00')
    for (const format of [
      'strict_date_optional_time',
      "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
      'epoch_millis',
      'EEE dd MMM yyyy hh:mm:ss.SSS a Z',
    ]) {
      const made = dateFormat(format)
      expect(made.parse(made.format(NOW_MS, zone), zone, false)).toBe(NOW_MS)
    }
  })
})
