import { useLanguage } from '../messages/language.tsx'
import { number, timeOf } from './call-row.ts'

/** Returns what writes a field's value with the unit that its name carries. */
export function useFieldText(): (field: string, value: unknown) => string {
  const { messages, format } = useLanguage()
  const units: readonly (readonly [suffix: string, write: (value: number) => string])[] = [
    ['_ms', format.duration],
    ['_usd', format.usd],
    ['_bytes', format.bytes],
    ['_tokens', format.count],
    ['tokens_used', format.count],
  ]
  return (field, value) => {
    if (field === '@timestamp') return format.timestamp(timeOf({ '@timestamp': value }))
    if (typeof value === 'boolean') return value ? messages.detail.yes : messages.detail.no
    const write = units.find(([suffix]) => field.endsWith(suffix))?.[1]
    const amount = number(value)
    if (write !== undefined && amount !== undefined) return write(amount)
    if (!Array.isArray(value)) return plainText(value)
    const separator = value.some((item) => typeof item === 'object') ? '; ' : ', '
    return value.map(plainText).join(separator)
  }
}

function plainText(value: unknown): string {
  return typeof value === 'object' && value !== null ? pairs(value) : String(value)
}

function pairs(labels: object): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(', ')
}
