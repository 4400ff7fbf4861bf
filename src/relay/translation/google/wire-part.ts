import type { JsonObject } from '../../json-object.ts'

/** A part of a content as it is written; one of the data fields is set. */
export interface WirePart {
  readonly text?: string
  readonly thought?: true
  readonly thoughtSignature?: string
  readonly inlineData?: InlineData
  readonly fileData?: { readonly fileUri: string; readonly mimeType: string }
  readonly functionCall?: { readonly id: string; readonly name: string; readonly args: JsonObject }
  readonly functionResponse?: {
    readonly id: string
    readonly name: string
    readonly response: JsonObject
    readonly parts?: readonly { readonly inlineData: InlineData }[]
  }
  readonly mediaResolution?: { readonly level: string }
}

export interface InlineData {
  readonly mimeType: string
  readonly data: string
  readonly displayName?: string
}
