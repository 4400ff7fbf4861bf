/** Returns a base URL's path without slashes at its end and without what `surplus` finds there. */
export function basePath(pathname: string, surplus?: RegExp): string {
  const path = pathname.replace(/\/+$/, '')
  return surplus === undefined ? path : path.replace(surplus, '')
}
