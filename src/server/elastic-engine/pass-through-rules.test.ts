import { describe, expect, it } from 'vitest'
import { passageOf } from './pass-through-rules.ts'

describe('with a cluster as engine', () => {
  it.each([
    ['GET', '/'],
    ['HEAD', '/holysheep-requests-2026.01.05'],
    ['POST', '/holysheep-requests-*/_search'],
    ['GET', '/a,b,-c*/_count'],
    ['GET', '/_cat/indices/holysheep-*'],
    ['GET', '/_cluster/health'],
    ['GET', '/_cluster/settings'],
    ['POST', '/_search/scroll'],
    ['DELETE', '/_search/scroll/abc=='],
    ['DELETE', '/_pit'],
    ['DELETE', '/orders/_doc/1'],
    ['PUT', '/orders/_doc/1'],
    ['POST', '/holysheep-requests-2026.01.05/_update/1'],
    ['PUT', '/_ilm/policy/holysheep-logs-policy'],
    ['PUT', '/_index_template/holysheep-template'],
    ['DELETE', '/holysheep-requests-2026.01.05'],
    ['GET', '/_nodes/stats'],
  ])('passes %s %s on', (method, path) => {
    expect(passageOf(method, path)).toMatchObject({ kind: 'pass', method })
  })

  it.each([
    ['PUT', '/_cluster/settings'],
    ['POST', '/_cluster/reroute'],
    ['GET', '/_security/user'],
    ['POST', '/_security/api_key'],
    ['PUT', '/_snapshot/backup'],
    ['GET', '/_snapshot/_all'],
    ['POST', '/_nodes/reload_secure_settings'],
    ['POST', '/_shutdown'],
    ['POST', '/_reindex'],
    ['POST', '/_aliases'],
    ['PUT', '/_index_template/other'],
    ['DELETE', '/holysheep-*'],
    ['DELETE', '/_all'],
    ['DELETE', '/orders'],
    ['PUT', '/orders/_settings'],
    ['GET', '/.security-7/_search'],
    ['GET', '/a,.security-7/_search'],
    ['GET', '/-.security/_search'],
    ['GET', '/%3C.security-%7Bnow%2Fd%7D%3E/_search'],
    ['PUT', '/%5Fcluster/settings'],
    ['GET', '/_cat/../_security/user'],
    ['GET', '/_cat/%2e%2e/_security/user'],
    ['GET', '//_security/user'],
    ['GET', '/_cat//x'],
    ['GET', '/%zz/_search'],
    ['PATCH', '/orders/_doc/1'],
    ['DELETE', '/'],
  ])('refuses %s %s', (method, path) => {
    expect(passageOf(method, path)).toEqual({ kind: 'refused' })
  })

  it('sends a path on as it was understood, whatever its encoding', () => {
    expect(passageOf('GET', '/_cat%2Findices')).toEqual({ kind: 'refused' })
    expect(passageOf('GET', '/%3Clogs-%7Bnow%2Fd%7D%3E/%5Fsearch')).toMatchObject({
      path: '/%3Clogs-%7Bnow%2Fd%7D%3E/_search',
    })
    expect(passageOf('GET', '/logs/_doc/..%2F..%2F_security')).toMatchObject({
      path: '/logs/_doc/..%2F..%2F_security',
    })
  })

  it.each([
    ['POST', '/_bulk', { kind: 'bulk', index: undefined }],
    ['PUT', '/orders/_bulk', { kind: 'bulk', index: 'orders' }],
    [
      'POST',
      '/holysheep-requests/_doc',
      { kind: 'document', id: undefined, action: 'create', index: 'holysheep-requests' },
    ],
    ['PUT', '/holysheep-requests/_doc/1', { kind: 'document', id: '1', action: 'index' }],
    ['PUT', '/holysheep-a-2026.01.05/_create/1', { kind: 'document', id: '1', action: 'create' }],
  ])('takes %s %s into the journal', (method, path, expected) => {
    expect(passageOf(method, path)).toMatchObject(expected)
  })
})
