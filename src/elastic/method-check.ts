import type { ElasticRoute } from './route.ts'

/** Methods that the path is offered under; none when nobody knows it. */
export function allowedMethods(routes: readonly ElasticRoute[], path: string): readonly string[] {
  const segments = path.split('/').filter((segment) => segment !== '')
  const fitting = routes.filter((route) => fits(route.path, segments))
  return [...new Set(fitting.flatMap(({ methods }) => methods))].sort((a, b) => (a < b ? -1 : 1))
}

/** A name beginning with `_` is never that of an index. */
function fits(pattern: string, segments: readonly string[]): boolean {
  const wanted = pattern.split('/').filter((segment) => segment !== '')
  return (
    wanted.length === segments.length &&
    wanted.every((segment, place) => {
      const given = segments[place]!
      return segment.startsWith(':') ? place > 0 || !given.startsWith('_') : segment === given
    })
  )
}
