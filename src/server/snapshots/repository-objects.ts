import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import type { RepositoryMeta } from '../../elastic/index.ts'
import type { Clock, Config } from '../../kernel/index.ts'
import { type AwsKeys, BucketObjects, FolderObjects, type ObjectStore } from '../../store/index.ts'
import { repositoryFailure } from './repository-failure.ts'

export interface ObjectsContext {
  readonly config: Config['snapshots']
  readonly clock: Clock
  /** Ends what is under way. */
  readonly signal: AbortSignal
}

/** Settings that tune another engine's copying: kept, without an effect. */
const WITHOUT_EFFECT = [
  'compress',
  'chunk_size',
  'client',
  'max_snapshot_bytes_per_sec',
  'max_restore_bytes_per_sec',
  'max_number_of_snapshots',
]
const FOLDER_SETTINGS = ['location', 'readonly', ...WITHOUT_EFFECT]
const BUCKET_SETTINGS = [
  'bucket',
  'endpoint',
  'protocol',
  'region',
  'base_path',
  'path_style_access',
  'readonly',
  ...WITHOUT_EFFECT,
]

/**
 * Opens where a repository keeps its objects.
 *
 * @throws SearchFailure when its settings name nothing that may be used
 */
export function repositoryObjects(
  name: string,
  { type, settings }: RepositoryMeta,
  context: ObjectsContext,
): ObjectStore {
  if (type === 'fs') return folderObjects(name, settings, context)
  if (type === 's3') return bucketObjects(name, settings, context)
  throw repositoryFailure(name, `repository type [${type}] does not exist`)
}

function folderObjects(
  name: string,
  settings: RepositoryMeta['settings'],
  { config }: ObjectsContext,
): ObjectStore {
  checkSettings(name, settings, FOLDER_SETTINGS)
  const { location } = settings
  if (location === undefined || location === '') throw notCreated(name, 'missing location')
  const [first] = config.paths
  if (first === undefined) {
    throw notCreated(
      name,
      `location [${location}] doesn't match any of the locations specified by snapshots.paths because this setting is empty`,
    )
  }
  const folder = isAbsolute(location) ? location : join(first, location)
  if (!config.paths.some((path) => isInside(folder, path))) {
    throw notCreated(
      name,
      `location [${location}] doesn't match any of the locations specified by snapshots.paths`,
    )
  }
  return new FolderObjects(resolve(folder))
}

/** Links count as what they lead to: none leads out of the folders that were allowed. */
function isInside(folder: string, allowed: string): boolean {
  const way = relative(realPath(allowed), realPath(folder))
  return way === '' || !(way === '..' || way.startsWith(`..${SEPARATOR}`) || isAbsolute(way))
}

const SEPARATOR = process.platform === 'win32' ? '\\' : '/'

/** Of a folder that is not there yet, the path that it would have. */
function realPath(path: string): string {
  const whole = resolve(path)
  if (existsSync(whole)) return realpathSync(whole)
  const parent = dirname(whole)
  return parent === whole ? whole : join(realPath(parent), basename(whole))
}

const DEFAULT_REGION = 'us-east-1'

function bucketObjects(
  name: string,
  settings: RepositoryMeta['settings'],
  { config, clock, signal }: ObjectsContext,
): ObjectStore {
  checkSettings(name, settings, BUCKET_SETTINGS)
  const { bucket, region = DEFAULT_REGION, base_path: basePath = '' } = settings
  if (bucket === undefined || bucket === '') {
    throw notCreated(name, 'No bucket defined for s3 repository')
  }
  if (settings.path_style_access === 'false') {
    throw notCreated(name, 'setting [path_style_access] does not support [false]')
  }
  return new BucketObjects({
    endpoint: endpointOf(name, settings, region),
    region,
    bucket,
    basePath: basePath.replaceAll(/^\/+|\/+$/g, ''),
    keys: keysOf(name, config),
    clock,
    signal,
  })
}

function endpointOf(name: string, settings: RepositoryMeta['settings'], region: string): URL {
  const { endpoint = `s3.${region}.amazonaws.com`, protocol = 'https' } = settings
  const text = endpoint.includes('://') ? endpoint : `${protocol}://${endpoint}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isUsable =
    (url?.protocol === 'https:' || url?.protocol === 'http:') &&
    url.username === '' &&
    url.search === ''
  if (url === undefined || !isUsable) {
    throw notCreated(name, `endpoint [${endpoint}] is not the address of a server`)
  }
  return url
}

function keysOf(name: string, { s3 }: Config['snapshots']): AwsKeys {
  const { access_key: accessKey, secret_key: secretKey, session_token: sessionToken } = s3
  if (accessKey !== undefined && secretKey !== undefined) {
    return { accessKey, secretKey, sessionToken }
  }
  throw notCreated(name, 'the configuration has no keys: snapshots.s3.access_key and secret_key')
}

function checkSettings(
  name: string,
  settings: RepositoryMeta['settings'],
  known: readonly string[],
): void {
  const unknown = Object.keys(settings).find((key) => !known.includes(key))
  if (unknown === undefined) return
  const hint = /key|secret|token/.test(unknown)
    ? ': keys belong into the configuration, snapshots.s3'
    : ''
  throw notCreated(name, `setting [${unknown}] is not supported${hint}`)
}

function notCreated(name: string, cause: string) {
  return repositoryFailure(name, 'failed to create repository', cause)
}
