import type { Remote } from '../../kernel/index.ts'
import type { ColumnsReader } from './columns-reader.ts'
import type { TextReader } from './text-reader.ts'

/** What is asked of the thread that holds the column engine. */
export type ColumnsSource = Pick<Remote<ColumnsReader>, 'catalog' | 'query' | 'quantiles'>

/** What is asked of the thread that reads the text files. */
export type TextSource = Pick<
  Remote<TextReader>,
  'candidates' | 'confirm' | 'documents' | 'probe' | 'scores' | 'sources'
>
