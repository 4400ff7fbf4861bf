import { setTimeout as sleep } from 'node:timers/promises'
import { streamLoad } from './load.ts'
import { processorMicroseconds, residentMegabytes } from './processes.ts'
import { chatBody, type Subject } from './subject.ts'
import { pair, type Row } from './table.ts'

export const STREAMS_COLUMNS = [
  'through',
  'first byte p50 / p99 ms',
  'chunk delay p50 / p99 ms',
  'processor time per chunk, us',
  'chunks',
  'failed',
  'memory MB',
]

const STREAMS = 500
const BODY_BYTES = 1024

/** Keeps 500 streamed calls open through each for `ms`. */
export async function measureStreams(subjects: readonly Subject[], ms: number): Promise<Row[]> {
  const rows: Row[] = []
  for (const { name, process, model } of subjects) {
    await sleep(500)
    const before = processorMicroseconds(process.pid)
    const body = chatBody(model, BODY_BYTES, true)
    const { firstByte, chunkDelay, failed } = await streamLoad(process, body, STREAMS, ms)
    const perChunk = (processorMicroseconds(process.pid) - before) / chunkDelay.count
    rows.push([
      name,
      pair(firstByte),
      pair(chunkDelay),
      Number.isFinite(perChunk) ? perChunk.toFixed(1) : '-',
      chunkDelay.count,
      failed,
      residentMegabytes(process.pid),
    ])
  }
  return rows
}
