/** The credential as most providers want it; none for those that ask for none. */
export function bearerHeaders(apiKey: string | undefined): readonly string[] {
  return apiKey === undefined ? [] : ['authorization', `Bearer ${apiKey}`]
}
