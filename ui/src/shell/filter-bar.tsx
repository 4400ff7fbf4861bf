import { Button, CloseButton } from '@mantine/core'
import { useLanguage } from '../messages/language.tsx'
import { FAILED_FILTER, type Filter, formatFilter } from '../query/filters.ts'
import { useConsoleState } from '../state/use-console-state.ts'
import styles from './filter-bar.module.css'
import { useFieldName } from './use-field-name.ts'

/** The filters in force; each can be turned into its opposite and taken away. */
export function FilterBar() {
  const { messages } = useLanguage()
  const { filters, setFilters } = useConsoleState()
  if (filters.length === 0) return null
  return (
    <ul className={styles.bar} aria-label={messages.filters.label}>
      {filters.map((filter) => (
        <Chip key={formatFilter(filter)} filter={filter} />
      ))}
      <li>
        <Button variant="subtle" size="compact-xs" onClick={() => setFilters([])}>
          {messages.filters.clear}
        </Button>
      </li>
    </ul>
  )
}

function Chip({ filter }: { readonly filter: Filter }) {
  const { messages } = useLanguage()
  const { toggle } = useConsoleState()
  const text = useFilterText(filter)
  const opposite = useFilterText({ ...filter, negated: !filter.negated })
  return (
    <li className={styles.chip} data-negated={filter.negated}>
      <button
        type="button"
        className={styles.text}
        title={opposite}
        onClick={() => toggle({ ...filter, negated: !filter.negated })}
      >
        {text}
      </button>
      <CloseButton
        size="xs"
        aria-label={messages.filters.remove(text)}
        onClick={() => toggle(filter)}
      />
    </li>
  )
}

function useFilterText({ field, value, negated }: Filter): string {
  const { filters } = useLanguage().messages
  const fieldName = useFieldName()
  if (field === FAILED_FILTER.field) return negated ? filters.notFailed : filters.failedOnly
  return `${fieldName(field)}: ${negated ? `${filters.not} ` : ''}${value}`
}
