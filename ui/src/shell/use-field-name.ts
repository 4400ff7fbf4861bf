import { useLanguage } from '../messages/language.tsx'

/** Returns what calls a record's field by its name in the chosen language, where it has one. */
export function useFieldName(): (field: string) => string {
  const { fields } = useLanguage().messages
  const named: Readonly<Record<string, string | undefined>> = fields
  return (field) => named[field] ?? field
}
