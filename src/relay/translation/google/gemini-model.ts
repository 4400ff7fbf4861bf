/**
 * Whether a model is Gemini 3 or newer: takes thinking levels, wants signatures back, and takes
 * media in the results of tools. Names without a number (`gemini-flash-latest`) are the newest.
 */
export function isGemini3(model: string): boolean {
  const name = /(?:^|[/.])gemini-(.*)$/i.exec(model)?.[1]
  return name !== undefined && !/^(?:[12](?:[.-]|$)|pro(?:-vision)?$|robotics-er-1)/i.test(name)
}

/** Whether a model takes the level `minimal`; the others begin at `low`. */
export function takesMinimalThinking(model: string): boolean {
  return /gemini-(?:\d+(?:\.\d+)?-flash-lite|3(?:\.[0-6])?-flash)(?:-|$)/i.test(model)
}
