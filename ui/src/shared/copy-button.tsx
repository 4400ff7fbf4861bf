import { Button } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconCheck, IconCopy } from '../icons.ts'
import { useLanguage } from '../messages/language.tsx'

interface CopyButtonProps {
  readonly text: string
  readonly label: string
}

/** Copies `text`; for a moment it says so, to screen readers too. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const { messages } = useLanguage()
  const { copied, copy } = useClipboard({ timeout: 1_500 })
  const Icon = copied ? IconCheck : IconCopy
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<Icon size={14} aria-hidden />}
      onClick={() => copy(text)}
    >
      <span aria-live="polite">{copied ? messages.detail.copied : label}</span>
    </Button>
  )
}
