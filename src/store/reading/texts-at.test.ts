import { expect, it } from 'vitest'
import { parseLossless } from '../lossless-json.ts'
import { textsAt } from './texts-at.ts'

it.each([
  ['{"a":"x"}', 'a', ['x']],
  ['{"a":{"b":"x"}}', 'a.b', ['x']],
  ['{"a.b":"x"}', 'a.b', ['x']],
  ['{"a":[{"b":"x"},{"b":["y",null,{"c":"z"}]}]}', 'a.b', ['x', 'y']],
  ['{"a":{"b.c":"x"},"a.b":{"c":"y"},"a.b.c":"z"}', 'a.b.c', ['z', 'x', 'y']],
  ['[{"a":"x"},[{"a":"y"}]]', 'a', ['x', 'y']],
  ['{"a":[1.0,2,true,1e3]}', 'a', ['1.0', '2', 'true', '1e3']],
  ['{"a":{"b":"x"}}', 'a', []],
  ['{"a":"x"}', 'a.b', []],
  ['{"a":{}}', 'a.__proto__.constructor', []],
  ['{"__proto__":{"a":"x"}}', '__proto__.a', ['x']],
  ['null', 'a', []],
] as const)('finds in %s at %s the texts %j', (json, path, texts) => {
  expect(textsAt(parseLossless(json), path)).toEqual(texts)
})
