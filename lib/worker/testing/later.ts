export type Later<Value> = { promise: Promise<Value>; resolve: (value: Value) => void }

/** What comes when a test says so: an answer that is held back, or a moment that is waited for. */
export function later<Value = void>(): Later<Value> {
  let resolve: Later<Value>['resolve'] = () => {}
  const promise = new Promise<Value>((come) => {
    resolve = come
  })
  return { promise, resolve }
}
