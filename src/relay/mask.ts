/** Forms of credentials: ours, the providers' and whatever follows `Bearer`. */
const SECRETS =
  /\b(?:hss_[0-9A-Za-z]{8,}|sk-[0-9A-Za-z_-]{8,}|sk_[0-9A-Za-z_]{8,}|AIza[0-9A-Za-z_-]{16,}|gsk_[0-9A-Za-z]{8,}|xai-[0-9A-Za-z]{8,})|(?<=\bBearer\s+)[^\s"'\\,;]{6,}/gi

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
