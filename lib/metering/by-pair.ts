/** By two keys, looked up one after the other: a key that is put together of both is text that has to be made and hashed for each look. */
export class ByPair<First, Second, Value> {
  readonly #maps: Map<First, Map<Second, Value>>

  constructor(maps: Map<First, Map<Second, Value>> = new Map()) {
    this.#maps = maps
  }

  get(first: First, second: Second): Value | undefined {
    return this.#maps.get(first)?.get(second)
  }

  set(first: First, second: Second, value: Value): void {
    const map = this.#maps.get(first)
    if (map) map.set(second, value)
    else this.#maps.set(first, new Map([[second, value]]))
  }

  values(): Value[] {
    return [...this.#maps.values()].flatMap((map) => [...map.values()])
  }

  /** What is set in it is not set here. */
  copy(): ByPair<First, Second, Value> {
    return new ByPair(new Map([...this.#maps].map(([first, map]) => [first, new Map(map)])))
  }
}
