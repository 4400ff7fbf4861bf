import { type DefineCommand, defineCommand, withConfig } from '../define-command.ts'
import { integerOption, numberOption, shareOption } from '../number-option.ts'
import type { ReplayCommandOptions } from '../replay/options.ts'

/** `bellwether replay`: exit code 1 when a call is unaccounted for or a sum differs. */
export const replayCommand: DefineCommand = (context, done) =>
  withConfig(defineCommand('replay', 'replay recorded traffic through the relay and reconcile it'))
    .option('--trace <file...>', 'traces to replay, merged by time (default: the sample)')
    .option('--texts <file...>', 'texts for prompts, .json or .jsonl (default: the samples)')
    .option('--speed <factor>', 'times faster than recorded', numberOption, 10)
    .option('--calls <number>', 'number of calls (default: each of the trace once)', integerOption)
    .option('--stream <share>', 'share of streamed calls', shareOption, 0.5)
    .option('--errors <share>', 'share of failing calls', shareOption, 0.03)
    .option('--concurrency <number>', 'calls at once at most', integerOption, 64)
    .option('--key <key>', 'API key to call with (default: one made for the replay)')
    .option('--sdk', 'call with the official openai SDK instead of plain HTTP')
    .option('--list <file>', 'write what became of each call, one JSON object per line')
    .option('--seed <number>', 'another seed draws other models, users and texts', integerOption, 1)
    .action(async (options: ReplayCommandOptions) => {
      // its libraries are loaded only here, so that the other commands start at once
      const { replay } = await import('../replay/replay.ts')
      if (!(await replay(options, context))) done(1)
    })
