/**
 * Address of a process's main module beside this one: TypeScript in a clone, JavaScript in the
 * built package.
 */
export function processFile(name: string): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`./${name}.${extension}`, import.meta.url)
}
