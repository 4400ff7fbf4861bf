/**
 * How the relay process is started. A call leaves some 30 KB of garbage and next to nothing else,
 * so a small young generation costs little; an old one that grows by a third before it is
 * collected, and one malloc arena, keep 60 MB less than V8's and the allocator's own settings.
 */
export const RELAY_PROCESS = {
  arguments: ['--max-semi-space-size=4', '--heap-growing-percent=30'],
  environment: { MALLOC_ARENA_MAX: '1' },
} as const
