import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react'
import { createFormatter, type Formatter, zoneLabel } from '../format/formatter.ts'
import { en, type Messages } from './en.ts'
import { vi } from './vi.ts'
import { zh } from './zh.ts'

/** The languages, each under its own name. */
export const LANGUAGES = {
  en: { name: 'English', messages: en },
  vi: { name: 'Tiếng Việt', messages: vi },
  zh: { name: '简体中文', messages: zh },
} as const satisfies Record<string, { readonly name: string; readonly messages: Messages }>

export type LanguageName = keyof typeof LANGUAGES

interface Language {
  readonly language: LanguageName
  readonly messages: Messages
  readonly format: Formatter
  /** Zone that times are shown in, with its offset. */
  readonly zone: string
  setLanguage(language: LanguageName): void
}

const STORAGE_KEY = 'bellwether-language'
const LanguageContext = createContext<Language | undefined>(undefined)

/** Hands the chosen language to the page; at first it is the browser's. */
export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<LanguageName>(firstLanguage)
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-Hans' : language
  }, [language])
  const value = useMemo(
    () => ({
      language,
      messages: LANGUAGES[language].messages,
      format: createFormatter(language),
      zone: zoneLabel(language),
      setLanguage(chosen: LanguageName) {
        localStorage.setItem(STORAGE_KEY, chosen)
        setLanguage(chosen)
      },
    }),
    [language],
  )
  return <LanguageContext value={value}>{children}</LanguageContext>
}

/** The texts and formats of the chosen language. */
export function useLanguage(): Language {
  const language = use(LanguageContext)
  if (language === undefined) throw new Error('useLanguage outside of LanguageProvider')
  return language
}

function firstLanguage(): LanguageName {
  const wanted = [localStorage.getItem(STORAGE_KEY) ?? '', ...navigator.languages]
  const found = wanted
    .map((tag) => tag.slice(0, 2))
    .find((tag): tag is LanguageName => Object.hasOwn(LANGUAGES, tag))
  return found ?? 'en'
}
