import { AppError, type ErrorCode, messageOf } from '../kernel/index.ts'

/** What a person can do about an error, where that is not plain from its message. */
const REMEDIES: Partial<Record<ErrorCode, string>> = {
  CONFIG_INVALID: 'Correct the lines named above; `bellwether config check` looks again.',
  CONFIG_UNREADABLE: 'Name an existing file with --config, or leave it out to use the defaults.',
  DATA_FOLDER_IN_USE:
    'Another server runs on this folder: stop it, or choose another folder with --data.',
  JOURNAL_IN_USE:
    'Another process writes this journal: stop it, or choose another folder with --data.',
  PORT_IN_USE: 'Stop what uses the port, or set another one in bellwether.yaml.',
  PROCESS_ENDED: 'What it logged before its end stands above.',
  NOT_RUNNING: 'Start it with `npx bellwether up`, or name its folder with --data.',
  PROVIDERS_REAL: 'Start a server without provider keys, on another --data folder, for a replay.',
  KEY_NAME_TAKEN: 'Choose another name, or revoke the key of this name first.',
  KEY_NOT_FOUND: '`bellwether keys list` shows ids and names.',
  KEY_UNKNOWN: 'Leave --key out to have one made for the time of the replay.',
  REPLAY_INPUT_INVALID: 'docs/replay.md describes the layout of traces and texts.',
}

/**
 * Tells a person, or a program with `json`, what failed and what to do about it. Returns the
 * exit code: 2 for wrong usage, else 1.
 */
export function reportError(
  error: unknown,
  json: boolean,
  stderr: { write(text: string): unknown },
): number {
  const { code, message, details } =
    error instanceof AppError
      ? error
      : { code: 'INTERNAL' as const, message: messageOf(error), details: {} }
  const remedy = REMEDIES[code as ErrorCode]
  if (json) {
    stderr.write(`${JSON.stringify({ error: { code, message, details, remedy } })}\n`)
  } else {
    const lines = [`${code}: ${message}`, ...detailLines(details)]
    if (remedy !== undefined) lines.push('', remedy)
    stderr.write(`${lines.join('\n')}\n`)
  }
  return code === 'USAGE' ? 2 : 1
}

function detailLines(details: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(details).flatMap(([name, value]) => {
    if (value === undefined || value === null) return []
    if (Array.isArray(value)) return [`  ${name}:`, ...value.map((item) => `    ${item}`)]
    return [`  ${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}`]
  })
}
