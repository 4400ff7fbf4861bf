import { InvalidArgumentError } from 'commander'

/** Parses an option that is a list of names with commas; `*` may stand at the end of a name. */
export function nameListOption(value: string): readonly string[] {
  const names = value.split(',').map((name) => name.trim())
  for (const name of names) {
    if (name === '') throw new InvalidArgumentError('It must be a list like a,b without gaps.')
    if (name.slice(0, -1).includes('*')) {
      throw new InvalidArgumentError(`In "${name}" the * must stand at the end.`)
    }
  }
  return [...new Set(names)]
}

/** Parses an option that is a list of paths like `/v1/chat/completions`. */
export function pathListOption(value: string): readonly string[] {
  const paths = nameListOption(value)
  const wrong = paths.find((path) => !path.startsWith('/') && path !== '*')
  if (wrong !== undefined) {
    throw new InvalidArgumentError(`"${wrong}" must begin with /, like /v1/chat/completions.`)
  }
  return paths
}
