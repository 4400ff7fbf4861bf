/**
 * How the relay process is started. A call leaves some 30 KB of garbage and next to nothing else,
 * so a small young generation costs little; an old one that grows by a third before it is
 * collected keeps memory level under a thousand streams (free to grow, it doubles the rate of
 * 50 KB bodies and grows by a third in a minute), and one malloc arena gives back bursts.
 */
export const RELAY_PROCESS = {
  arguments: ['--max-semi-space-size=4', '--heap-growing-percent=30'],
  environment: { MALLOC_ARENA_MAX: '1' },
} as const
