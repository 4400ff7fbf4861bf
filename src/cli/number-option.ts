import { InvalidArgumentError } from 'commander'

/** Parses an option that is a number above 0. */
export function numberOption(value: string): number {
  const number = Number(value)
  if (!(number > 0) || !Number.isFinite(number)) {
    throw new InvalidArgumentError('It must be a number above 0.')
  }
  return number
}

/** Parses an option that is a share from 0 to 1. */
export function shareOption(value: string): number {
  const share = Number(value)
  if (value.trim() === '' || !(share >= 0 && share <= 1)) {
    throw new InvalidArgumentError('It must be a share from 0 to 1.')
  }
  return share
}

/** Parses an option that is a whole number above 0. */
export function integerOption(value: string): number {
  const number = Number(value)
  if (!(Number.isSafeInteger(number) && number > 0)) {
    throw new InvalidArgumentError('It must be a whole number above 0.')
  }
  return number
}
