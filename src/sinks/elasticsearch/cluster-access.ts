import { readFileSync } from 'node:fs'
import { AppError, type Config, messageOf } from '../../kernel/index.ts'

/** How a cluster is reached; made of the configuration, copied to threads. */
export interface ClusterAccess {
  /** Addresses of its nodes, without a slash at the end. */
  readonly nodes: readonly string[]
  /** Value of the `authorization` header. A secret. */
  readonly authorization: string | undefined
  /** Certificates (PEM) that nodes may be signed by, instead of the system's. */
  readonly ca: string | undefined
  readonly verify: boolean
  /** Longest wait for an answer. */
  readonly timeoutMs: number
}

/**
 * Makes the access to the cluster of a configuration.
 *
 * @throws AppError CONFIG_INVALID when the certificates cannot be read
 */
export function clusterAccess(settings: Config['elasticsearch']): ClusterAccess {
  const { nodes, ca_file, tls_verify, timeout_ms } = settings
  return {
    nodes: nodes.map((node) => node.replace(/\/+$/, '')),
    authorization: authorizationOf(settings.auth),
    ca: ca_file === undefined ? undefined : readCertificates(ca_file),
    verify: tls_verify,
    timeoutMs: timeout_ms,
  }
}

function authorizationOf({ username, password, api_key }: Config['elasticsearch']['auth']) {
  if (api_key !== undefined) return `ApiKey ${api_key}`
  if (username === undefined) return undefined
  return `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const problems = [`elasticsearch.ca_file: ${messageOf(error)}`]
    throw new AppError('CONFIG_INVALID', { problems }, error)
  }
}
