export type { Exchange } from './exchange.ts'
export { Front } from './front.ts'
export { mediaAnswers } from './media-answers.ts'
export { modelAnswer } from './model-answer.ts'
