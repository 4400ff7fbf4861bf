import type { Fixture } from '@copilotkit/aimock'
import type { Front } from './front.ts'
import { objectOf } from './json-value.ts'

const PICTURE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const MOST_PICTURES = 10

/** A second of mono silence in samples of 16 bits. */
const SAMPLES_PER_SECOND = 8_000
const SILENCE = Buffer.alloc(2 * SAMPLES_PER_SECOND)

/** A frame of silence, 128 kbit/s at 44.1 kHz. */
const MP3_FRAME = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(413)])

const SPOKEN = 'This is a simulated transcription, no provider was called.'

/** Pictures, speech and transcriptions: the same for whatever is asked. */
export function mediaAnswers(front: Front): readonly Fixture[] {
  const bodyOf = (context: string | undefined) => objectOf(front.exchange(context)?.body())
  const transcription = (model: string) => ({
    transcription: {
      text: SPOKEN,
      language: 'english',
      duration: 1,
      // whisper is paid by the second, its successors by the token
      usage: model.startsWith('whisper')
        ? { type: 'duration', seconds: 1 }
        : {
            type: 'tokens',
            input_tokens: 10,
            input_token_details: { audio_tokens: 10, text_tokens: 0 },
            output_tokens: 15,
            total_tokens: 25,
          },
    },
  })
  return [
    {
      match: { endpoint: 'image' },
      response({ _context }) {
        const wanted = Number(bodyOf(_context).n ?? 1)
        const length = Math.min(Math.max(1, Math.trunc(wanted) || 1), MOST_PICTURES)
        return { images: Array.from({ length }, () => ({ b64Json: PICTURE })) }
      },
    },
    {
      match: { endpoint: 'speech' },
      response: ({ _context }) => speech(String(bodyOf(_context).response_format ?? 'mp3')),
    },
    { match: { endpoint: 'transcription' }, response: ({ model }) => transcription(model) },
    { match: { endpoint: 'translation' }, response: ({ model }) => transcription(model) },
  ]
}

function speech(format: string) {
  if (format === 'wav') return { audio: waveFile().toString('base64'), format }
  if (format === 'pcm') return { audio: SILENCE.toString('base64'), format }
  return { audio: MP3_FRAME.toString('base64'), format: 'mp3' }
}

function waveFile(): Buffer {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + SILENCE.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(SAMPLES_PER_SECOND, 24)
  head.writeUInt32LE(2 * SAMPLES_PER_SECOND, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(SILENCE.length, 40)
  return Buffer.concat([head, SILENCE])
}
