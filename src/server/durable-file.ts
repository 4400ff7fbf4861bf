import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'

/** Puts a text into the place of a small file, whole or not at all. On disk on return. */
export function writeDurably(file: string, text: string): void {
  const beside = `${file}.new`
  const descriptor = openSync(beside, 'w')
  try {
    writeSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(beside, file)
}
