/**
 * Keeps the answer of the first call of a provider back: what it does is done, and whoever asked hears of it after `release`. Later calls are
 * answered as they come.
 *
 * @example
 * const opening = holdFirst(stage.provider.open)
 * const worker = runDueFor({ ...stage.provider, open: opening.call }, [organizationId])
 * await opening.isDone
 * opening.release()
 */
export function holdFirst<Request, Answer>(call: (request: Request) => Promise<Answer>) {
  const done = promiseToKeep<Answer>()
  const released = promiseToKeep<void>()
  let isFirst = true
  return {
    isDone: done.promise,
    release: () => released.keep(),
    async call(request: Request): Promise<Answer> {
      const answer = call(request)
      if (!isFirst) return answer
      isFirst = false
      done.keep(answer)
      await released.promise
      return answer
    },
  }
}

function promiseToKeep<Value>() {
  let keep: (value: Value | PromiseLike<Value>) => void = () => {}
  const promise = new Promise<Value>((resolve) => {
    keep = resolve
  })
  return { promise, keep }
}
