/** Tells whether `url` answers with a 2xx within `limitMs`. */
export async function answers(url: string, limitMs: number): Promise<boolean> {
  try {
    const { ok } = await fetch(url, { signal: AbortSignal.timeout(limitMs) })
    return ok
  } catch {
    return false
  }
}
