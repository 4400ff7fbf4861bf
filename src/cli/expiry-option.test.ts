import { describe, expect, it } from 'vitest'
import { expiryOption } from './expiry-option.ts'

const NOW_MS = Date.parse('2027-01-15T10:00:00Z')

describe('the time at which a key expires', () => {
  it.each([
    ['30d', '2027-02-14T10:00:00.000Z'],
    ['12h', '2027-01-15T22:00:00.000Z'],
    ['90m', '2027-01-15T11:30:00.000Z'],
    ['2027-02-01', '2027-02-01T00:00:00.000Z'],
    ['2027-02-01T08:30:00+07:00', '2027-02-01T01:30:00.000Z'],
    ['2027-02-01T08:30Z', '2027-02-01T08:30:00.000Z'],
  ])('can be written as %s', (value, expected) => {
    expect(new Date(expiryOption(value, NOW_MS)).toISOString()).toBe(expected)
  })

  it.each([
    ['soon', 'like 30d, 12h or 90m, or a date like 2027-02-14'],
    ['', 'like 30d'],
    ['30', 'like 30d'],
    ['-1d', 'like 30d'],
    ['30 d', 'like 30d'],
    ['9999999d', 'like 30d'],
    ['2027-02-30', 'like 30d'],
    ['2027-13-01', 'like 30d'],
    ['2027-02-01T25:00Z', 'like 30d'],
    ['2027-02-01T08:30:00', 'like 30d'],
    ['02/01/2027', 'like 30d'],
    ['0d', 'in the future'],
    ['2027-01-15', 'in the future'],
  ])('cannot be written as %j', (value, message) => {
    expect(() => expiryOption(value, NOW_MS)).toThrow(message)
  })
})
