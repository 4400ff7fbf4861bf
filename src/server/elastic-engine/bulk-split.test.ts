import { expect, it } from 'vitest'
import { splitBulk } from './bulk-split.ts'

const lines = (...values: readonly unknown[]) =>
  values.map((value) => `${typeof value === 'string' ? value : JSON.stringify(value)}\n`).join('')

it('sends documents of log indices to the journal and all else to the cluster', () => {
  const text = lines(
    { create: { _index: 'holysheep-requests', _id: 'a' } },
    { x: 1 },
    { index: { _index: 'orders' } },
    { y: 1 },
    { delete: { _index: 'holysheep-requests-2026.01.05', _id: 'b' } },
    { update: { _index: 'holysheep-requests-2026.01.05', _id: 'c' } },
    { doc: {} },
    { index: { _id: 7 } },
    'not json',
  )
  expect(splitBulk(text, 'holysheep-audit')).toEqual([
    {
      kind: 'journal',
      write: { action: 'create', index: 'holysheep-requests', id: 'a', source: { x: 1 } },
    },
    { kind: 'cluster', lines: '{"index":{"_index":"orders"}}\n{"y":1}\n' },
    {
      kind: 'cluster',
      lines: '{"delete":{"_index":"holysheep-requests-2026.01.05","_id":"b"}}\n',
    },
    {
      kind: 'cluster',
      lines: '{"update":{"_index":"holysheep-requests-2026.01.05","_id":"c"}}\n{"doc":{}}\n',
    },
    { kind: 'unreadable', action: 'index', index: 'holysheep-audit', id: '7' },
  ])
})

it.each([
  ['', 'empty'],
  ['{"create":{}}', 'without a newline at its end'],
  ['{"create":{}}\n', 'without a document'],
  ['[]\n{}\n', 'with a list as action'],
  ['{"create":{},"index":{}}\n{}\n', 'with two actions in a line'],
  ['{"create":null}\n{}\n', 'with an action of nothing'],
])('leaves a request to the cluster that is malformed: %j', (text) => {
  expect(splitBulk(text, 'holysheep-a')).toBeUndefined()
})
