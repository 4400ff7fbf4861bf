/**
 * How the log process is started. It stays below 1.2 GB: most of its memory is the engines', so
 * the heap of each of its threads is bounded; with V8's usual young generation five threads hold
 * 400 MB of garbage. File operations wait for the disk in more threads than Node's four. (Fewer
 * malloc arenas would spare another 50 MB and cost a seventh of the ingest rate.)
 */
export const LOG_PROCESS = {
  arguments: ['--max-old-space-size=256', '--max-semi-space-size=16'],
  environment: { UV_THREADPOOL_SIZE: '8' },
} as const
