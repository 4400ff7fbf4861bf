import { expect, it } from 'vitest'
import { sha256, signedHeaders } from './aws-signature.ts'

/** The examples of the S3 documentation, "Signature Calculations for the Authorization Header". */
const KEYS = {
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const SCOPE = { keys: KEYS, region: 'us-east-1', nowMs: Date.UTC(2013, 4, 24) }
const HOST = 'https://examplebucket.s3.amazonaws.com'
const EMPTY = sha256('')

it.each([
  [
    'reads part of an object',
    { method: 'GET', path: '/test.txt', headers: { range: 'bytes=0-9' }, body: EMPTY },
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'puts an object',
    {
      method: 'PUT',
      path: '/test$file.text',
      headers: {
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      },
      body: sha256('Welcome to Amazon S3.'),
    },
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  ],
  [
    'asks for a sub-resource',
    { method: 'GET', path: '/?lifecycle', headers: {}, body: EMPTY },
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  ],
  [
    'lists objects',
    { method: 'GET', path: '/?max-keys=2&prefix=J', headers: {}, body: EMPTY },
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
] as const)('signs a request that %s as the published example', (_, given, signature) => {
  const { method, path, headers, body } = given
  const url = new URL(HOST + path)
  const signed = signedHeaders({ method, url, headers, bodySha256: body }, SCOPE)
  expect(signed.authorization).toContain(`Signature=${signature}`)
  expect(signed['x-amz-date']).toBe('20130524T000000Z')
})

it('signs the token of temporary keys too', () => {
  const request = { method: 'GET', url: new URL(`${HOST}/a b`), headers: {}, bodySha256: EMPTY }
  const keys = { ...KEYS, sessionToken: 'token' }
  const signed = signedHeaders(request, { ...SCOPE, keys })
  expect(signed['x-amz-security-token']).toBe('token')
  expect(signed.authorization).toContain('x-amz-security-token')
})
