import { Button, SegmentedControl } from '@mantine/core'
import { IconX } from '../icons.ts'
import { useLanguage } from '../messages/language.tsx'
import { DEFAULT_RANGE } from '../state/console-params.ts'
import { RANGE_NAMES, type RangeName } from '../state/time-range.ts'
import { useConsoleState } from '../state/use-console-state.ts'
import styles from './range-picker.module.css'

/** Chooses the time range; two fixed moments come from zooming into a chart. */
export function RangePicker() {
  const { messages, format } = useLanguage()
  const { range, setRange } = useConsoleState()
  if (range.kind === 'fixed') {
    return (
      <Button
        variant="default"
        size="xs"
        rightSection={<IconX size={14} aria-hidden />}
        title={messages.range.leaveFixed}
        onClick={() => setRange({ kind: 'last', name: DEFAULT_RANGE })}
      >
        {format.dateTime(range.fromMs)} – {format.dateTime(range.toMs)}
      </Button>
    )
  }
  return (
    <SegmentedControl
      size="xs"
      fullWidth
      classNames={{ label: styles.label ?? '' }}
      aria-label={messages.range.label}
      value={range.name}
      data={RANGE_NAMES.map((name) => ({ value: name, label: messages.range.names[name] }))}
      onChange={(name) => setRange({ kind: 'last', name: name as RangeName })}
    />
  )
}
