import { messageOf } from '../../kernel/index.ts'
import { SearchFailure } from '../../search/index.ts'

/** A repository that cannot be used as it was put, in Elasticsearch's form. */
export function repositoryFailure(name: string, reason: string, cause?: string): SearchFailure {
  const type = 'repository_exception'
  return new SearchFailure({
    type,
    reason: `[${name}] ${reason}`,
    status: 500,
    ...(cause !== undefined && { causedBy: { type, reason: `[${name}] ${cause}` } }),
  })
}

/** A repository that nobody has put. */
export function repositoryMissing(name: string): SearchFailure {
  return new SearchFailure({
    type: 'repository_missing_exception',
    reason: `[${name}] missing`,
    status: 404,
  })
}

/** Runs `work` on a repository; whatever goes wrong with its storage is told to the client. */
export async function onRepository<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof SearchFailure) throw error
    throw repositoryFailure(name, messageOf(error))
  }
}
