import { CloseButton, Kbd, TextInput } from '@mantine/core'
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks'
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router'
import { type KeyboardEvent, useRef, useState } from 'react'
import { IconSearch } from '../icons.ts'
import { useLanguage } from '../messages/language.tsx'
import styles from './search-box.module.css'

const TYPING_PAUSE_MS = 400

/**
 * Searches calls by id, user or words; the result is the request table. `/` leads here. While
 * the table is in view it follows the typing, elsewhere Enter opens it.
 */
export function SearchBox({ text }: { readonly text: string }) {
  const { messages } = useLanguage()
  const [typed, setTyped] = useState(text)
  const input = useRef<HTMLInputElement>(null)
  const { pathname } = useLocation()
  const search = useSearchFor()
  const followTyping = useDebouncedCallback((words: string) => search(words, true), TYPING_PAUSE_MS)
  useHotkeys([['/', () => input.current?.select()]])

  const type = (words: string) => {
    setTyped(words)
    if (pathname === '/requests') followTyping(words)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') input.current?.blur()
  }
  return (
    <search className={styles.search}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          search(typed, false)
        }}
      >
        <TextInput
          ref={input}
          size="xs"
          value={typed}
          aria-label={messages.search.label}
          placeholder={messages.search.placeholder}
          leftSection={<IconSearch size={15} aria-hidden />}
          rightSection={
            typed === '' ? (
              <Kbd size="xs">/</Kbd>
            ) : (
              <CloseButton size="xs" aria-label={messages.search.clear} onClick={() => type('')} />
            )
          }
          onChange={(event) => type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </form>
    </search>
  )
}

function useSearchFor(): (words: string, replace: boolean) => void {
  const { q: _, call: __, ...others } = useSearch({ strict: false })
  const navigate = useNavigate()
  return (words, replace) => {
    const text = words.trim()
    const search = text === '' ? others : { ...others, q: text }
    void navigate({ to: '/requests', search, replace })
  }
}
