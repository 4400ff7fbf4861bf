import { z } from 'zod'
import { AppError, messageOf } from '../../kernel/index.ts'

/** A question of a data set, with the paragraph it is about where there is one. */
export interface Passage {
  readonly context: string
  readonly question: string
}

const squad = z.object({
  data: z.array(
    z.object({
      paragraphs: z.array(
        z.object({ context: z.string(), qas: z.array(z.object({ question: z.string().min(1) })) }),
      ),
    }),
  ),
})

const problem = z.object({ question: z.string().min(1) })

/**
 * Parses texts for prompts: SQuAD's JSON layout (`.json`) or one JSON object with a `question`
 * per line (`.jsonl`).
 *
 * @throws AppError REPLAY_INPUT_INVALID
 */
export function parseTexts(
  files: readonly { readonly name: string; readonly content: string }[],
): readonly Passage[] {
  const perFile = files.map(({ name, content }) => {
    try {
      return name.endsWith('.jsonl') ? parseLines(content) : parseSquad(content)
    } catch (error) {
      throw new AppError('REPLAY_INPUT_INVALID', { file: name, problem: messageOf(error) }, error)
    }
  })
  const passages = interleave(perFile)
  if (passages.length === 0) {
    throw new AppError('REPLAY_INPUT_INVALID', { problem: 'the texts hold no questions' })
  }
  return passages
}

function parseSquad(content: string): Passage[] {
  return squad
    .parse(JSON.parse(content))
    .data.flatMap(({ paragraphs }) => paragraphs)
    .flatMap(({ context, qas }) => qas.map(({ question }) => ({ context, question })))
}

function parseLines(content: string): Passage[] {
  return content
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ context: '', question: problem.parse(JSON.parse(line)).question }))
}

/** Takes from each list in turn, so that the languages are mixed from the first call on. */
function interleave(lists: readonly (readonly Passage[])[]): Passage[] {
  const longest = Math.max(0, ...lists.map((list) => list.length))
  return Array.from({ length: longest }, (_, index) =>
    lists.flatMap((list) => list[index] ?? []),
  ).flat()
}
