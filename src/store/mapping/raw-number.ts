interface RawNumber {
  readonly rawJSON: string
}

/** Node has it since version 21; its types do not. */
const RAW = JSON as unknown as { isRawJSON(value: unknown): value is RawNumber }

/** Tells whether `parseLossless` kept the text of a number that JavaScript would write otherwise. */
export function isRawNumber(value: unknown): value is RawNumber {
  return RAW.isRawJSON(value)
}
