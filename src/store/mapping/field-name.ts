/** Names that a document may not use at its root. */
export const METADATA_NAMES: ReadonlySet<string> = new Set([
  '_id',
  '_index',
  '_source',
  '_routing',
  '_ignored',
  '_seq_no',
  '_version',
  '_field_names',
  '_tier',
  '_nested_path',
  '_data_stream_timestamp',
])

/** Cuts the name of a field at its dots; a failure says why no field can have it. */
export function fieldPath(
  name: string,
): { readonly path: readonly string[] } | { readonly wrong: string; readonly isIllegal: boolean } {
  if (name === '') return { wrong: 'field name cannot be an empty string', isIllegal: true }
  const path = name.replace(/\.+$/, '').split('.')
  if (path.length === 1 && path[0] === '') {
    return { wrong: 'field name cannot contain only dots', isIllegal: true }
  }
  const blank = path.find((part) => part.trim() === '')
  if (blank === undefined) return { path }
  if (blank === '') {
    return { wrong: `field name cannot contain only whitespace: ['${name}']`, isIllegal: true }
  }
  return path.length === 1
    ? { wrong: `Field name cannot contain only whitespace: [${name}]`, isIllegal: false }
    : {
        wrong: `field name starting or ending with a [.] makes object resolution ambiguous: [${name}]`,
        isIllegal: true,
      }
}
