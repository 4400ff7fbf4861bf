import { resolve } from 'node:path'
import { answers, runningInstance } from '../../server/index.ts'
import { answer, type CommonOptions } from '../context.ts'
import { type DefineCommand, defineCommand } from '../define-command.ts'

const ANSWER_MS = 2_000

/** `bellwether status`: exit code 1 when the server or a part of it does not answer. */
export const statusCommand: DefineCommand = (context, done) =>
  defineCommand('status', 'say whether the server of this data folder runs and answers').action(
    async (options: CommonOptions) => {
      const instance = runningInstance(resolve(options.data))
      const { relay, search } = instance
      const consoleUrl = instance.console
      const parts = {
        relay: await answers(`${relay}/healthz`, ANSWER_MS),
        console: await answers(`${consoleUrl}/api/status`, ANSWER_MS),
        search: await answers(search, ANSWER_MS),
      }
      const state = (name: keyof typeof parts) => (parts[name] ? 'answers' : 'does not answer')
      answer(
        options,
        context,
        { ...instance, answers: parts },
        [
          `Bellwether ${instance.version} runs as process ${instance.pid} since ${new Date(instance.startedMs).toISOString()}`,
          `  relay    ${relay}  ${state('relay')}`,
          `  console  ${consoleUrl}  ${state('console')}`,
          `  search   ${search}  ${state('search')}`,
          `  providers are ${instance.simulated ? 'simulated' : 'real'}`,
        ].join('\n'),
      )
      if (Object.values(parts).includes(false)) done(1)
    },
  )
