import type { Operation } from '../endpoints.ts'

/** Where OpenAI's API has its operations, behind `/v1`. */
export const OPENAI_PATHS: Readonly<Partial<Record<Operation, string>>> = {
  chat: '/chat/completions',
  completions: '/completions',
  responses: '/responses',
  embeddings: '/embeddings',
  moderations: '/moderations',
  image_generation: '/images/generations',
  image_edit: '/images/edits',
  speech: '/audio/speech',
  transcription: '/audio/transcriptions',
  audio_translation: '/audio/translations',
}
