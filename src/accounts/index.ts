export type { ApiKey, KeyLimits } from './api-key.ts'
export { type Accounts, type KeyBook, type KeyRefusal, openAccounts } from './key-book.ts'
export { type CallNames, createPriceBook, type PriceBook } from './price-book.ts'
export type { TokenUsage } from './token-usage.ts'
