import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** A process of its own, running `file`, that answers one message after the other. If it ends before it is let go, whoever waits beside it is told. */
export function companion(file: string, name: string) {
  const child: ChildProcess = fork(file)
  const ended = once(child, 'exit').then((): never => {
    throw new Error(`${name} has ended`)
  })
  ended.catch(() => undefined)
  const unlessEnded = <Result>(work: Promise<Result>): Promise<Result> => Promise.race([work, ended])
  return {
    unlessEnded,
    send: (message: string | object) => child.send(message),
    answer: async <Answer>(): Promise<Answer> => (await unlessEnded(once(child, 'message')))[0] as Answer,
    letGo: () => child.disconnect(),
  }
}
