/** A column of a `_cat` table. */
export interface CatColumn<T> {
  readonly name: string
  /** Other names by which `h` may ask for it. */
  readonly aliases: readonly string[]
  readonly alignRight?: true
  text(row: T): string
}

/** The columns that `h` names, in its order; all without it. */
export function chosenColumns<T>(
  columns: readonly CatColumn<T>[],
  wanted: string | undefined,
): readonly CatColumn<T>[] {
  if (wanted === undefined) return columns
  return wanted.split(',').flatMap((name) => {
    const found = columns.find((column) => column.name === name || column.aliases.includes(name))
    return found ?? []
  })
}

/** Writes a table as text: columns padded, separated by blanks, a line each row. */
export function catText<T>(
  columns: readonly CatColumn<T>[],
  rows: readonly T[],
  withHead: boolean,
): string {
  const cells = rows.map((row) => columns.map((column) => column.text(row)))
  const lines = withHead ? [columns.map(({ name }) => name), ...cells] : cells
  const widths = columns.map((_, place) => Math.max(0, ...lines.map((line) => line[place]!.length)))
  return lines
    .map((line) =>
      line
        .map((cell, place) =>
          columns[place]!.alignRight === true
            ? cell.padStart(widths[place]!)
            : cell.padEnd(widths[place]!),
        )
        .join(' '),
    )
    .map((line) => `${line}\n`)
    .join('')
}

/** The same as JSON: every value is a text. */
export function catJson<T>(columns: readonly CatColumn<T>[], rows: readonly T[]) {
  return rows.map((row) =>
    Object.fromEntries(columns.map((column) => [column.name, column.text(row)])),
  )
}
