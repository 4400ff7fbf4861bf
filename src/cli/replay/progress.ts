import { Presets, SingleBar } from 'cli-progress'
import type { CallsProgress } from '../../playbook/index.ts'

/** Lines a replay writes at most where there is no terminal to draw a bar on. */
const PLAIN_LINES = 10

export interface ReplayProgress {
  show(progress: CallsProgress): void
  end(): void
}

/** Shows how far a replay has come: a bar on a terminal, else a line every tenth of the way. */
export function replayProgress(
  stderr: NodeJS.WritableStream & { readonly isTTY?: boolean },
): ReplayProgress {
  return stderr.isTTY === true ? bar(stderr) : lines(stderr)
}

function bar(stream: NodeJS.WritableStream): ReplayProgress {
  const format =
    '  {bar} {percentage}%  {value} of {total} calls, {failed} failed, {eta_formatted} left'
  const drawn = new SingleBar({ stream, format, hideCursor: true }, Presets.shades_classic)
  let started = false
  return {
    show({ done, failed, total }) {
      if (!started) drawn.start(total, done, { failed })
      else drawn.update(done, { failed })
      started = true
    },
    end() {
      if (started) drawn.stop()
      started = false
    },
  }
}

function lines(stream: NodeJS.WritableStream): ReplayProgress {
  let told = 0
  return {
    show({ done, failed, total }) {
      const tenth = Math.floor((done * PLAIN_LINES) / total)
      if (tenth === told) return
      told = tenth
      stream.write(`${done} of ${total} calls, ${failed} failed\n`)
    },
    end() {},
  }
}
