import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useLanguage } from '../messages/language.tsx'
import { useConsoleState } from '../state/use-console-state.ts'
import { Command } from './command.tsx'
import styles from './empty-state.module.css'
import { firstCallCommand } from './first-call.ts'
import { statusQuery } from './status-query.ts'
import { useClearQuestion } from './use-clear-question.ts'

/** Says what to do when there is nothing to show: make a first call, or look elsewhere. */
export function EmptyState() {
  const { data: status } = useQuery(statusQuery)
  return status?.store.rows === 0 ? <FirstCall /> : <NothingFound />
}

function FirstCall() {
  const { messages } = useLanguage()
  const { data: status } = useQuery(statusQuery)
  const { firstTitle, firstText, prompt } = messages.empty
  if (status === undefined) return null
  return (
    <div className={styles.empty}>
      <h2>{firstTitle}</h2>
      <p>
        {firstText} <code>npx bellwether keys create --name me</code>
      </p>
      <Command text={firstCallCommand(status.relay, prompt)} />
    </div>
  )
}

function NothingFound() {
  const { messages } = useLanguage()
  const { setRange } = useConsoleState()
  const clear = useClearQuestion()
  const { noneTitle, noneText, widen, clear: clearLabel } = messages.empty
  return (
    <div className={styles.empty}>
      <h2>{noneTitle}</h2>
      <p>{noneText}</p>
      <div className={styles.actions}>
        <Button variant="default" size="xs" onClick={() => setRange({ kind: 'last', name: '30d' })}>
          {widen}
        </Button>
        {clear ? (
          <Button variant="default" size="xs" onClick={clear}>
            {clearLabel}
          </Button>
        ) : null}
      </div>
    </div>
  )
}
