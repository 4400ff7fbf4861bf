export { type Cursor, openCursor } from './cursor.ts'
export type { Journal, JournalOptions } from './journal.ts'
export { openJournal } from './open-journal.ts'
export { type Damage, type JournalReader, type JournalRecord, openReader } from './reader.ts'
