import { describe, expect, it } from 'vitest'
import { addUnits, startOf } from './calendar.ts'
import { localToUtc, offsetText, timeZone, zoneChanges } from './time-zone.ts'

const HOUR_MS = 3_600_000
const berlin = timeZone('Europe/Berlin')

describe('a time zone', () => {
  it.each([
    ['UTC', 0],
    ['Z', 0],
    ['+07:00', 7],
    ['-0330', -3.5],
    ['Asia/Kolkata', 5.5],
    ['Europe/Berlin', 1],
    ['America/St_Johns', -3.5],
  ])('%s is %d hours ahead in winter', (name, hours) => {
    expect(timeZone(name).offsetMs(Date.UTC(2026, 0, 5))).toBe(hours * HOUR_MS)
  })

  it('is refused when nobody knows it', () => {
    expect(() => timeZone('Mars/Base')).toThrow('Unknown time-zone ID: Mars/Base')
  })

  it('knows when its clocks change, to the millisecond', () => {
    const changes = zoneChanges(berlin, Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1))
    expect(changes).toEqual([Date.UTC(2026, 2, 29, 1), Date.UTC(2026, 9, 25, 1)])
  })

  it('finds the moment of a time on its clocks', () => {
    const at = (...date: [number, number, number]) => Date.UTC(2026, ...date)
    expect(localToUtc(at(2, 29, 0), berlin)).toBe(at(2, 28, 23))
    expect(localToUtc(at(2, 30, 0), berlin)).toBe(at(2, 29, 22))
    // 02:30 does not exist on that day; the clocks go from 02:00 to 03:00
    expect(localToUtc(at(2, 29, 2) + HOUR_MS / 2, berlin)).toBe(at(2, 29, 1) + HOUR_MS / 2)
    // 02:30 comes twice on that day: the first one
    expect(localToUtc(at(9, 25, 2) + HOUR_MS / 2, berlin)).toBe(at(9, 25, 0) + HOUR_MS / 2)
  })

  it('writes its offset at a moment', () => {
    expect(offsetText(berlin, Date.UTC(2026, 6, 1))).toBe('+02:00')
    expect(offsetText(timeZone('-03:30'), 0)).toBe('-03:30')
    expect(offsetText(timeZone('UTC'), 0)).toBe('Z')
  })
})

describe('calendar units', () => {
  const day = (text: string) => Date.parse(text)

  it.each([
    ['year', '2026-01-01'],
    ['quarter', '2026-04-01'],
    ['month', '2026-05-01'],
    ['week', '2026-05-04'],
    ['day', '2026-05-06'],
  ] as const)('the start of the %s is %s', (unit, expected) => {
    expect(startOf(day('2026-05-06T07:08:09Z'), unit)).toBe(day(expected))
  })

  it('are added by the calendar, before 1970 too', () => {
    expect(addUnits(day('2024-02-29'), 1, 'year')).toBe(day('2025-02-28'))
    expect(addUnits(day('2026-01-31T05:00Z'), -2, 'month')).toBe(day('2025-11-30T05:00Z'))
    expect(addUnits(day('1969-12-31T05:00Z'), 1, 'quarter')).toBe(day('1970-03-31T05:00Z'))
    expect(startOf(day('1969-12-31T05:00Z'), 'week')).toBe(day('1969-12-29'))
  })
})
