import { expect, it } from 'vitest'
import pictures from '../../../../test/fixtures/answers/openai-image.json'
import transcript from '../../../../test/fixtures/answers/openai-transcription.json'
import { mediaBody } from './media-body.ts'

it('names the files of a form with type and size', () => {
  const body = {
    model: 'gpt-image-1',
    prompt: 'Add a hat',
    image: [{ file_name: 'cat.png', content_type: 'image/png', bytes: 1_200 }],
    n: '1',
  }
  expect(mediaBody.request(body)).toEqual([
    {
      role: 'user',
      parts: [
        { kind: 'text', text: 'Add a hat' },
        { kind: 'attachment', media: 'image', type: 'image/png', bytes: 1_200, name: 'cat.png' },
      ],
    },
  ])
})

it('names pictures with type and size instead of their base64', () => {
  const size = Math.floor((pictures.data[0]?.b64_json.length ?? 0) * 0.75)
  expect(mediaBody.answer(pictures)[0]?.parts).toEqual([
    { kind: 'attachment', media: 'image', type: 'image/png', bytes: size },
  ])
})

it('shows the address of a picture and what its prompt was made to', () => {
  const data = [{ url: 'https://example.org/a.png', revised_prompt: 'A grey cat' }]
  expect(mediaBody.answer({ data })[0]?.parts).toEqual([
    { kind: 'text', text: 'A grey cat' },
    { kind: 'attachment', media: 'image', name: 'https://example.org/a.png' },
  ])
})

it('reads a transcript', () => {
  expect(mediaBody.answer(transcript)[0]?.parts).toEqual([
    { kind: 'text', text: 'I see skies of blue, 青い空.' },
  ])
})
