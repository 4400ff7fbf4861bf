import type { Operation } from '../endpoints.ts'
import { basePath } from './base-path.ts'
import { readMsRegion } from './ms-region.ts'
import { OPENAI_PATHS } from './openai-paths.ts'
import type { PathTarget, Provider } from './provider.ts'

/** What people copy out of the portal behind the resource's address. */
const SURPLUS = /\/(?:openai(?:\/v1|\/deployments\/[^/]+(?:\/chat\/completions)?)?|models)$/
const DEPLOYMENT = /\/openai\/deployments\/([^/]+)/

/** Deployments are called by dated versions; `preview` and `latest` are versions of the v1 API. */
const DATED = /^\d{4}-/

/** Whether a host is one of Azure's own. */
export function isAzureHost(hostname: string): boolean {
  return /\.(?:openai\.azure|cognitiveservices\.azure|services\.ai\.azure)\.com$/.test(hostname)
}

/**
 * Azure's OpenAI service. With a dated `apiVersion`, which may also stand in the query of
 * `baseUrl`, deployments are called: the model is the deployment's name, unless the base URL
 * names one. Without, it is the v1 API, where the model is named in the body.
 */
export function azure(baseUrl: string | undefined, apiVersion: string | undefined): Provider {
  const address = baseUrl === undefined ? undefined : new URL(baseUrl)
  const version = apiVersion ?? address?.searchParams.get('api-version') ?? undefined
  const deployment = DEPLOYMENT.exec(address?.pathname ?? '')?.[1]
  const query = version === undefined ? '' : `?api-version=${encodeURIComponent(version)}`
  const byDeployment = version !== undefined && DATED.test(version)
  return {
    kind: 'azure',
    protocol: 'openai',
    baseUrl: undefined,
    basePath: (pathname) => basePath(pathname, SURPLUS),
    path(operation, target) {
      const path = byDeployment ? deploymentPath(operation, target, deployment) : v1Path(operation)
      return path === undefined ? undefined : path + query
    },
    credentialHeaders: (apiKey) => (apiKey === undefined ? [] : ['api-key', apiKey]),
    defaultHeaders: [],
    readRegion: readMsRegion,
  }
}

function v1Path(operation: Operation): string | undefined {
  // what moderations are for is done by the content filters of each deployment
  const path = operation === 'moderations' ? undefined : OPENAI_PATHS[operation]
  return path === undefined ? undefined : `/openai/v1${path}`
}

function deploymentPath(
  operation: Operation,
  { model }: PathTarget,
  deployment: string | undefined,
): string | undefined {
  if (operation === 'moderations') return undefined
  const path = OPENAI_PATHS[operation]
  if (path === undefined) return undefined
  if (operation === 'responses') return `/openai${path}`
  return `/openai/deployments/${deployment ?? encodeURIComponent(model)}${path}`
}
