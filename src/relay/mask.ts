/**
 * Forms of credentials: ours, the providers' and whatever follows `Bearer`. The number of spaces
 * behind that word is bounded, or a page of nothing but spaces would take minutes.
 */
const SECRETS =
  /\b(?:hss_[0-9A-Za-z]{8,}|sk-[0-9A-Za-z_-]{8,}|sk_[0-9A-Za-z_]{8,}|AIza[0-9A-Za-z_-]{16,}|gsk_[0-9A-Za-z]{8,}|xai-[0-9A-Za-z]{8,})|(?<=\bBearer\s{1,8})[^\s"'\\,;]{6,}/gi

const MASK = '***'

/**
 * Replaces credentials in a text that others wrote: everything that looks like one, and the
 * literal `secrets` whatever they look like.
 */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  let masked = text
  for (const secret of secrets) {
    if (secret !== '') masked = masked.replaceAll(secret, MASK)
  }
  return masked.replaceAll(SECRETS, MASK)
}

/**
 * Does the same to a text that may be JSON, where escapes (`\\/`, `\\u0073`) can hide a credential.
 * What hides none stays as it was written.
 */
export function maskJson(text: string, secrets: readonly string[]): string {
  const masked = maskSecrets(text, secrets)
  const plain = masked.includes('\\') ? withoutEscapes(masked) : undefined
  if (plain === undefined) return masked
  const again = maskSecrets(plain, secrets)
  return again === plain ? masked : again
}

/** Undefined for what is no JSON, or too deep to be written again. */
function withoutEscapes(json: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(json))
  } catch {
    return undefined
  }
}
