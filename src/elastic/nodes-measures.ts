import { statfsSync } from 'node:fs'
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'

/** Processors, load and memory of the machine, as `_nodes/stats` names them. */
export function osStats() {
  const total = totalmem()
  const free = freemem()
  const [one = 0, five = 0, fifteen = 0] = loadavg()
  const processors = availableParallelism()
  return {
    available_processors: processors,
    allocated_processors: processors,
    cpu: {
      percent: Math.min(100, Math.round((one * 100) / processors)),
      load_average: { '1m': one, '5m': five, '15m': fifteen },
    },
    mem: {
      total_in_bytes: total,
      adjusted_total_in_bytes: total,
      free_in_bytes: free,
      used_in_bytes: total - free,
      free_percent: Math.round((free * 100) / total),
      used_percent: Math.round(((total - free) * 100) / total),
    },
  }
}

/** Memory and uptime of this process where clients look for those of a Java machine. */
export function jvmStats() {
  const { used_heap_size, heap_size_limit, total_heap_size } = getHeapStatistics()
  return {
    uptime_in_millis: Math.round(process.uptime() * 1_000),
    mem: {
      heap_used_in_bytes: used_heap_size,
      heap_used_percent: Math.round((used_heap_size * 100) / heap_size_limit),
      heap_committed_in_bytes: total_heap_size,
      heap_max_in_bytes: heap_size_limit,
      non_heap_used_in_bytes: process.memoryUsage().external,
      non_heap_committed_in_bytes: process.memoryUsage().external,
    },
    threads: { count: 1, peak_count: 1 },
    gc: { collectors: {} },
  }
}

/** Processor time and memory of this process. */
export function processStats() {
  const { user, system } = process.cpuUsage()
  return {
    cpu: { percent: 0, total_in_millis: Math.round((user + system) / 1_000) },
    mem: { total_virtual_in_bytes: process.memoryUsage().rss },
  }
}

/** Space of the disk that a folder is on, bytes. */
export function diskSpace(folder: string) {
  try {
    const { blocks, bfree, bavail, bsize } = statfsSync(folder)
    return { total: blocks * bsize, free: bfree * bsize, available: bavail * bsize }
  } catch {
    // it is told nothing about rather than refused
    return { total: 0, free: 0, available: 0 }
  }
}
