/** What was worked out lately, by key, in two generations: between `size` and twice as many are kept, and what is asked for stays. */
export class Remembered<Value extends NonNullable<unknown>> {
  readonly #size: number
  #young = new Map<string, Value>()
  #old = new Map<string, Value>()

  constructor(size: number) {
    this.#size = size
  }

  get(key: string): Value | undefined {
    const known = this.#young.get(key)
    if (known !== undefined) return known
    const value = this.#old.get(key)
    return value === undefined ? undefined : this.keep(key, value)
  }

  keep(key: string, value: Value): Value {
    if (this.#young.size >= this.#size) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
    return value
  }
}
