import { describe, expect, it } from 'vitest'
import { createFormatter, zoneLabel } from './formatter.ts'

const english = createFormatter('en', 'Asia/Ho_Chi_Minh')
const vietnamese = createFormatter('vi', 'Asia/Ho_Chi_Minh')
const chinese = createFormatter('zh', 'Asia/Shanghai')

describe('durations', () => {
  it.each([
    [undefined, '–'],
    [0, '0.0 ms'],
    [9.94, '9.9 ms'],
    [12.4, '12 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [9_994, '9.99 s'],
    [12_345, '12.3 s'],
    [120_003, '2.0 min'],
  ])('writes %s ms as %s', (ms, text) => {
    expect(english.duration(ms)).toBe(text)
  })

  it('uses the decimal comma where the language does', () => {
    expect(vietnamese.duration(1_250)).toBe('1,25 s')
  })
})

describe('money', () => {
  it.each([
    [0, '$0'],
    [0.000_123_4, '$0.000123'],
    [0.01, '$0.0100'],
    [1.234, '$1.23'],
    [12_345.6, '$12,346'],
  ])('writes %s USD as %s', (usd, text) => {
    expect(english.usd(usd)).toBe(text)
  })

  it('names the currency as the language does', () => {
    expect(vietnamese.usd(1.5)).toMatch(/^1,50\sUS\$$/)
    expect(chinese.usd(1.5)).toBe('US$1.50')
  })

  it.each([
    [0.832_1, '$0.832'],
    [0.81, '$0.810'],
    [1.3, '$1.30'],
    [250.4, '$250'],
  ])('shortens %s USD to %s', (usd, text) => {
    expect(english.usdShort(usd)).toBe(text)
  })
})

describe('counts and shares', () => {
  it('shortens only from a million on', () => {
    expect(english.compact(999_999)).toBe('999,999')
    expect(english.compact(5_491_000)).toBe('5.49M')
    expect(chinese.compact(33_000_300)).toBe('3300万')
  })

  it.each([
    [undefined, '–'],
    [0, '0%'],
    [0.001_2, '0.12%'],
    [0.123_4, '12.3%'],
    [26.036, '2,604%'],
  ])('writes the share %s as %s', (share, text) => {
    expect(english.percent(share)).toBe(text)
  })

  it.each([
    [999, '999 B'],
    [1_500, '1.5 kB'],
    [182_838_421, '182.8 MB'],
    [5_000_000_000_000_000, '5,000.00 TB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(english.bytes(bytes)).toBe(text)
  })
})

describe('times', () => {
  const moment = Date.UTC(2026, 10, 23, 16, 59, 59, 123)

  it('are in the zone asked for', () => {
    expect(english.timestamp(moment, moment)).toBe('23:59:59.123')
    expect(english.clock(moment + 1_000, false)).toBe('00:00')
  })

  it('show the day when it is another one there', () => {
    expect(english.timestamp(moment, moment + 1_000)).toBe('Nov 23 23:59:59.123')
  })

  it('say how long ago, never in the future', () => {
    expect(english.ago(moment, moment + 90_000)).toBe('1 min. ago')
    expect(english.ago(moment, moment - 5_000)).toMatch(/^0 sec/)
    expect(vietnamese.ago(moment, moment + 3 * 3_600_000)).toBe('3 giờ trước')
  })

  it.each([
    [59, '59 sec'],
    [7_384, '2 hr'],
    [200_000, '2 days'],
  ])('write an uptime of %d s as %s', (seconds, text) => {
    expect(english.uptime(seconds)).toBe(text)
  })

  it('name their zone with its offset', () => {
    expect(zoneLabel('en', 'Asia/Ho_Chi_Minh')).toMatch(/\(GMT\+7\)$/)
    expect(zoneLabel('en', 'UTC')).toMatch(/^UTC/)
  })
})
