import { isIPv4, isIPv6 } from 'node:net'
import { Malformed, type ReadValue } from './value-reader.ts'

const MAPPED_IPV4 = '00000000000000000000ffff'

/**
 * The 32 hexadecimal digits of an address, of IPv4 those of its IPv6 form: the order of such texts
 * is that of the addresses. Undefined when the text is no address.
 */
export function ipDigits(text: string): string | undefined {
  if (isIPv4(text)) return MAPPED_IPV4 + ipv4Digits(text)
  if (!isIPv6(text) || text.includes('%')) return undefined
  const dot = text.includes('.') ? text.lastIndexOf(':') + 1 : text.length
  const tail = text.slice(dot)
  const groups = dot === text.length ? text : `${text.slice(0, dot)}${pairs(ipv4Digits(tail))}`
  const [head = '', rest] = groups.split('::')
  const left = hexOf(head)
  const right = rest === undefined ? '' : hexOf(rest)
  return left + '0'.repeat(32 - left.length - right.length) + right
}

function ipv4Digits(text: string): string {
  return text
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')
}

function pairs(digits: string): string {
  return `${digits.slice(0, 4)}:${digits.slice(4)}`
}

function hexOf(groups: string): string {
  if (groups === '') return ''
  return groups
    .split(':')
    .map((group) => group.toLowerCase().padStart(4, '0'))
    .join('')
}

/** The address of 32 hexadecimal digits as Elasticsearch writes it: the longest run of zeros short. */
export function ipText(digits: string): string {
  if (digits.startsWith(MAPPED_IPV4)) {
    const bytes = digits.slice(MAPPED_IPV4.length).match(/../g) ?? []
    return bytes.map((byte) => Number.parseInt(byte, 16)).join('.')
  }
  const groups = (digits.match(/..../g) ?? []).map((group) => group.replace(/^0{1,3}/, ''))
  const { start, length } = longestZeros(groups)
  if (length < 2) return groups.join(':')
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`
}

function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let length = 0
  for (const [place, group] of groups.entries()) {
    length = group === '0' ? length + 1 : 0
    if (length > best.length) best = { start: place - length + 1, length }
  }
  return best
}

export const readIp: ReadValue = (value, raw) => {
  const text = raw ?? String(value)
  return ipDigits(text) ?? new Malformed(`'${text}' is not an IP string literal.`)
}
