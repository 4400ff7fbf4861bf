import type { ProtocolName } from './protocols/protocol.ts'

/** What a caller asks for, whatever the wire protocol names it. */
export type Operation =
  | 'chat'
  | 'completions'
  | 'responses'
  | 'embeddings'
  | 'moderations'
  | 'image_generation'
  | 'image_edit'
  | 'speech'
  | 'transcription'
  | 'audio_translation'
  | 'messages'
  | 'messages_count_tokens'
  | 'generate_content'
  | 'google_count_tokens'
  | 'embed_content'
  | 'batch_embed_contents'

/** An address of the relay that takes calls. */
export interface Endpoint {
  readonly operation: Operation
  readonly protocol: ProtocolName
  /** As it stands in the record: `/v1/chat/completions`; Gemini's without the model's name. */
  readonly path: string
  readonly body: 'json' | 'multipart'
  /** The model that the protocol takes when the body names none. */
  readonly defaultModel?: string
}

/** An endpoint with what its address itself says. */
export interface AddressedEndpoint {
  readonly endpoint: Endpoint
  /** The model's name, where it stands in the address. */
  readonly model?: string
  /** Whether the address asks for a stream. */
  readonly stream: boolean
}

const STATIC: readonly Endpoint[] = [
  { operation: 'chat', protocol: 'openai', path: '/v1/chat/completions', body: 'json' },
  { operation: 'responses', protocol: 'openai', path: '/v1/responses', body: 'json' },
  { operation: 'messages', protocol: 'anthropic', path: '/v1/messages', body: 'json' },
  {
    operation: 'messages_count_tokens',
    protocol: 'anthropic',
    path: '/v1/messages/count_tokens',
    body: 'json',
  },
  { operation: 'completions', protocol: 'openai', path: '/v1/completions', body: 'json' },
  { operation: 'embeddings', protocol: 'openai', path: '/v1/embeddings', body: 'json' },
  {
    operation: 'moderations',
    protocol: 'openai',
    path: '/v1/moderations',
    body: 'json',
    defaultModel: 'omni-moderation-latest',
  },
  {
    operation: 'image_generation',
    protocol: 'openai',
    path: '/v1/images/generations',
    body: 'json',
    defaultModel: 'gpt-image-1',
  },
  {
    operation: 'image_edit',
    protocol: 'openai',
    path: '/v1/images/edits',
    body: 'multipart',
    defaultModel: 'gpt-image-1',
  },
  { operation: 'speech', protocol: 'openai', path: '/v1/audio/speech', body: 'json' },
  {
    operation: 'transcription',
    protocol: 'openai',
    path: '/v1/audio/transcriptions',
    body: 'multipart',
  },
  {
    operation: 'audio_translation',
    protocol: 'openai',
    path: '/v1/audio/translations',
    body: 'multipart',
  },
]

const STATIC_BY_PATH: ReadonlyMap<string, AddressedEndpoint> = new Map(
  STATIC.map((endpoint) => [endpoint.path, { endpoint, stream: false }]),
)

/** Gemini's methods; the record's path stands for all models. */
const METHODS: Readonly<Record<string, Omit<AddressedEndpoint, 'model'>>> = {
  generateContent: google('generate_content', 'generateContent'),
  streamGenerateContent: google('generate_content', 'streamGenerateContent', true),
  countTokens: google('google_count_tokens', 'countTokens'),
  embedContent: google('embed_content', 'embedContent'),
  batchEmbedContents: google('batch_embed_contents', 'batchEmbedContents'),
}

function google(operation: Operation, method: string, stream = false) {
  const path = `/v1beta/models:${method}`
  return { endpoint: { operation, protocol: 'google', path, body: 'json' }, stream } as const
}

/** `/v1beta/models/NAME:method`; names may hold slashes and colons. */
const MODEL_METHOD = /^\/v1(?:beta|alpha)?\/(?:models\/)?(.+):([A-Za-z]+)$/

/** Finds what is called at a path (without its query); undefined when no call is taken there. */
export function findEndpoint(path: string): AddressedEndpoint | undefined {
  const known = STATIC_BY_PATH.get(path)
  if (known !== undefined) return known
  const [, name, method = ''] = MODEL_METHOD.exec(path) ?? []
  if (name === undefined || !Object.hasOwn(METHODS, method)) return undefined
  return { ...METHODS[method]!, model: decodeName(name) }
}

/** The protocol that a path belongs to, also where nothing is served: errors take its shape. */
export function protocolOf(path: string): ProtocolName {
  if (path.startsWith('/v1beta') || path.startsWith('/v1alpha')) return 'google'
  return (
    STATIC_BY_PATH.get(path)?.endpoint.protocol ?? (MODEL_METHOD.test(path) ? 'google' : 'openai')
  )
}

/** Undoes the percent-encoding of a name in a path; what is wrongly encoded stays. */
export function decodeName(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
