import { Button } from '@mantine/core'
import { IconPlayerPlay } from '../icons.ts'
import { useLanguage } from '../messages/language.tsx'
import { useConsoleState } from '../state/use-console-state.ts'
import styles from './live-toggle.module.css'

/** Starts and stops the page's renewal. */
export function LiveToggle() {
  const { messages } = useLanguage()
  const { live, range, setLive } = useConsoleState()
  return (
    <Button
      variant="default"
      size="xs"
      aria-pressed={live}
      disabled={range.kind === 'fixed'}
      title={live ? messages.live.pause : messages.live.resume}
      leftSection={
        live ? (
          <span className={styles.dot} aria-hidden />
        ) : (
          <IconPlayerPlay size={14} aria-hidden />
        )
      }
      onClick={() => setLive(!live)}
    >
      <span className={live ? styles.on : undefined}>
        {live ? messages.live.on : messages.live.off}
      </span>
    </Button>
  )
}
