/** What has been started, to be stopped in the opposite order, whatever of it there is by then. */
export class Closers {
  #steps: { name: string; stop: () => Promise<void> }[] = []
  #closing: Promise<Error[]> | undefined

  add(name: string, stop: () => Promise<void>): void {
    this.#steps.push({ name, stop })
  }

  /** Stops everything once, however often it is called; one that fails does not keep the others running. */
  close(): Promise<Error[]> {
    this.#closing ??= this.#closeAll()
    return this.#closing
  }

  async #closeAll(): Promise<Error[]> {
    const errors: Error[] = []
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.stop()
      } catch (cause) {
        errors.push(new Error(`${step.name} did not stop: ${cause instanceof Error ? cause.message : String(cause)}`, { cause }))
      }
    }
    return errors
  }
}
