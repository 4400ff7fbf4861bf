import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BUCKET, BUCKET_KEYS, BucketServer } from '../../../test/support/bucket-server.ts'
import { systemClock } from '../../kernel/index.ts'
import { BucketObjects } from './bucket-objects.ts'
import { FolderObjects } from './folder-objects.ts'
import type { ObjectStore } from './object-store.ts'
import type { SnapshotFile, SnapshotManifest } from './snapshot-manifest.ts'
import { SnapshotRepository } from './snapshot-repository.ts'

const PART_BYTES = 1000

let folder: string
let bucket: BucketServer

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'repository-'))
  bucket = await BucketServer.start()
})

afterEach(async () => {
  await bucket.close()
  rmSync(folder, { recursive: true, force: true })
})

function bucketObjects(secretKey: string = BUCKET_KEYS.secretKey): BucketObjects {
  return new BucketObjects({
    endpoint: new URL(bucket.endpoint),
    region: 'us-east-1',
    bucket: BUCKET,
    basePath: 'a b/ü&c',
    keys: { accessKey: BUCKET_KEYS.accessKey, secretKey },
    clock: systemClock,
    signal: new AbortController().signal,
  })
}

function fileOf(content: Uint8Array): string {
  const path = join(folder, 'file')
  writeFileSync(path, content)
  return path
}

function manifestOf(name: string, file: SnapshotFile): SnapshotManifest {
  return {
    format: 1,
    snapshot: name,
    uuid: name,
    version: 'test',
    installation: 'test',
    startMs: 0,
    endMs: 0,
    includesGlobalState: false,
    journals: [],
    days: [
      {
        day: '2026-01-05',
        prefixes: [],
        positions: [],
        edition: 0,
        columns: file,
        text: file,
      },
    ],
    indices: [],
    streams: [],
    logAliases: {},
    addedBytes: 0,
    addedFiles: 0,
  }
}

const KINDS: readonly (readonly [string, () => ObjectStore])[] = [
  ['folder', () => new FolderObjects(join(folder, 'repository'))],
  ['bucket', () => bucketObjects()],
]

describe.each(KINDS)('a repository in a %s', (_, objects) => {
  it('gives files of any size back as they were', async () => {
    const repository = new SnapshotRepository(objects(), PART_BYTES)
    await repository.verify()
    await repository.begin()
    for (const bytes of [0, 1, 999, 1000, 1001, 2000, 5432]) {
      const content = randomBytes(bytes)
      const { file, addedBytes } = await repository.putFile(fileOf(content))
      expect([file.bytes, addedBytes]).toEqual([bytes, bytes])
      const target = join(folder, 'back')
      await repository.getFile(file, target)
      expect(readFileSync(target).equals(content)).toBe(true)
    }
  })

  it('keeps what snapshots share once, until the last of them goes', async () => {
    const store = objects()
    const repository = new SnapshotRepository(store, PART_BYTES)
    const shared = randomBytes(2500)
    await repository.begin()
    const first = await repository.putFile(fileOf(shared))
    await repository.putManifest(manifestOf('a', first.file))
    await repository.begin()
    const second = await repository.putFile(
      fileOf(Buffer.concat([shared.subarray(0, 2000), randomBytes(10)])),
    )
    expect(second.addedBytes).toBe(10)
    await repository.putManifest(manifestOf('b', second.file))
    expect(await repository.names()).toEqual(['a', 'b'])
    await repository.remove(['a'])
    expect(await store.list('blobs/')).toHaveLength(3)
    await repository.getFile(second.file, join(folder, 'back'))
    await repository.remove(['b'])
    expect(await store.list('')).toEqual([])
  })

  it('refuses bytes that are not those that were stored', async () => {
    const store = objects()
    const repository = new SnapshotRepository(store, PART_BYTES)
    await repository.begin()
    const { file } = await repository.putFile(fileOf(randomBytes(10)))
    const [blob] = await store.list('blobs/')
    await store.write(blob!.key, randomBytes(10))
    const target = join(folder, 'back')
    await expect(repository.getFile(file, target)).rejects.toThrow('is damaged')
    expect(() => readFileSync(target)).toThrow('ENOENT')
    await store.remove(blob!.key)
    await expect(repository.getFile(file, target)).rejects.toThrow('is missing')
  })

  it('does not clean up while a manifest cannot be read', async () => {
    const store = objects()
    const repository = new SnapshotRepository(store, PART_BYTES)
    await repository.begin()
    await repository.putFile(fileOf(randomBytes(10)))
    await store.write('snapshots/x.json', Buffer.from('{"format":1'))
    await expect(repository.cleanUp()).rejects.toThrow('[x] is damaged')
    expect(await store.list('blobs/')).toHaveLength(1)
  })
})

it('tries again when the storage is busy, and says what it answers otherwise', async () => {
  const repository = new SnapshotRepository(bucketObjects(), PART_BYTES)
  bucket.failing = 2
  await repository.verify()
  const stranger = new SnapshotRepository(bucketObjects('another'), PART_BYTES)
  await expect(stranger.verify()).rejects.toThrow('S3 answered 403 SignatureDoesNotMatch')
  bucket.objects.clear()
  expect(bucket.objects.size).toBe(0)
})

it('ends what is under way when it is told to', async () => {
  const aborting = new AbortController()
  const objects = new BucketObjects({
    endpoint: new URL(bucket.endpoint),
    region: 'us-east-1',
    bucket: BUCKET,
    basePath: '',
    keys: BUCKET_KEYS,
    clock: systemClock,
    signal: aborting.signal,
  })
  bucket.failing = 1000
  const reading = objects.read('x')
  aborting.abort(new Error('closing'))
  await expect(reading).rejects.toThrow()
})
