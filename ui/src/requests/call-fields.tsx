import { ActionIcon } from '@mantine/core'
import { Fragment } from 'react'
import type { CallSource } from '../api/elastic.ts'
import { IconFilter } from '../icons.ts'
import { useLanguage } from '../messages/language.tsx'
import { useFieldName } from '../shell/use-field-name.ts'
import { useConsoleState } from '../state/use-console-state.ts'
import { AttemptsView } from './attempts-view.tsx'
import styles from './call-fields.module.css'
import { groupFields } from './field-groups.ts'
import { PhaseBar } from './phase-bar.tsx'
import { useFieldText } from './use-field-text.ts'

/** Fields whose value is worth a list of calls. */
const FILTERABLE = new Set([
  'model',
  'provider',
  'target',
  'status_code',
  'outcome',
  'error_type',
  'error_pattern',
  'finish_reason',
  'key_name',
  'key_id',
  'team',
  'user_id',
  'app',
  'release',
  'sdk',
  'relay_host',
  'trace_id',
  'latency_bucket',
])

/** The record's fields in groups, with the attempts before what was called. */
export function CallFields({ record }: { readonly record: CallSource }) {
  const { groups } = useLanguage().messages.detail
  return (
    <div className={styles.groups}>
      {groupFields(record).map(({ name, fields }) => (
        <Fragment key={name}>
          {name === 'what' ? <AttemptsView record={record} /> : null}
          <section aria-label={groups[name]} data-group={name}>
            <h3 className={styles.name}>{groups[name]}</h3>
            {name === 'timing' ? <PhaseBar record={record} /> : null}
            <dl className={styles.fields}>
              {fields.map(([field, value]) => (
                <Field key={field} field={field} value={value} />
              ))}
            </dl>
          </section>
        </Fragment>
      ))}
    </div>
  )
}

function Field({ field, value }: { readonly field: string; readonly value: unknown }) {
  const fieldText = useFieldText()
  return (
    <div className={styles.field}>
      <dt>{field}</dt>
      <dd>
        {fieldText(field, value)}
        {FILTERABLE.has(field) ? <FilterButton field={field} value={String(value)} /> : null}
      </dd>
    </div>
  )
}

function FilterButton({ field, value }: { readonly field: string; readonly value: string }) {
  const { filters } = useLanguage().messages
  const { toggle } = useConsoleState()
  const fieldName = useFieldName()
  const label = filters.only(fieldName(field), value)
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="xs"
      aria-label={label}
      title={label}
      onClick={() => toggle({ field, value, negated: false })}
    >
      <IconFilter size={13} aria-hidden />
    </ActionIcon>
  )
}
