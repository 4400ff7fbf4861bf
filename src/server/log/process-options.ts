/**
 * How the log process is started. It stays below 1.2 GB: most of its memory is the engines', so
 * the heap of each of its threads is bounded; with V8's usual young generation five threads hold
 * 400 MB of garbage. glibc would keep freed memory apart for each of all its threads, and file
 * operations wait for the disk in more threads than Node's four.
 */
export const LOG_PROCESS = {
  arguments: ['--max-old-space-size=256', '--max-semi-space-size=16'],
  environment: { UV_THREADPOOL_SIZE: '8', MALLOC_ARENA_MAX: '2' },
} as const
