import { between } from './call-end.ts'
import type { ProviderRun } from './provider-run.ts'
import { countField, millisecondsField, textField } from './record-json.ts'

/** Writes `,"attempts":[…]`: every attempt at a provider, in the order they began. */
export function attemptsField(runs: readonly ProviderRun[], admittedMs: number): string {
  if (runs.length === 0) return ''
  let list = ''
  for (const run of runs) list += `${list === '' ? '' : ','}${attemptJson(run, admittedMs)}`
  return `,"attempts":[${list}]`
}

function attemptJson(run: ProviderRun, admittedMs: number): string {
  const { target, times, status, errorType, decision } = run
  const { dispatchedMs, connectedMs, firstByteMs, endedMs } = times
  return (
    `{${textField('target', target.name).slice(1)}` +
    millisecondsField('start_ms', dispatchedMs - admittedMs) +
    millisecondsField('wait_ms', between(dispatchedMs, connectedMs)) +
    connectionFields(run) +
    millisecondsField('first_byte_ms', between(connectedMs, firstByteMs)) +
    millisecondsField('stream_ms', between(firstByteMs, endedMs)) +
    countField('status', status === 0 ? undefined : status) +
    textField('error_type', errorType) +
    textField('decision', decision) +
    '}'
  )
}

/** How long it took to open the connection, when it was opened for this attempt. */
function connectionFields({ connection }: ProviderRun): string {
  if (connection === undefined) return ''
  return (
    millisecondsField('dns_ms', connection.dnsMs) +
    millisecondsField('connect_ms', connection.connectMs) +
    millisecondsField('tls_ms', connection.tlsMs)
  )
}
