const SIGNATURE = 'bellwether:signature:'
const REDACTED = 'bellwether:redacted:'

/** What a reasoning item can hold besides its text. */
export interface Sealed {
  readonly signature?: string
  readonly redacted?: string
}

/**
 * Puts a provider's proof of thinking, or thoughts that it has encrypted, into the
 * `encrypted_content` of a reasoning item, marked so that it is known again.
 */
export function seal({ signature, redacted }: Sealed): string | null {
  if (redacted !== undefined) return REDACTED + redacted
  return signature === undefined ? null : SIGNATURE + signature
}

/** Opens an `encrypted_content`; undefined when it is not of this relay. */
export function openSeal(sealed: string | undefined): Sealed | undefined {
  if (sealed?.startsWith(SIGNATURE) === true) return { signature: sealed.slice(SIGNATURE.length) }
  if (sealed?.startsWith(REDACTED) === true) return { redacted: sealed.slice(REDACTED.length) }
  return undefined
}
