/** Somebody outside who is sent to, and who may never answer. */
export type Receiver<Id extends string> = { id: Id /** It took nothing of late. */; isFailing: boolean }

export type Turns<Id extends string, Piece> = {
  /** Who has something due now, whoever waits the longest first. */
  look(): Promise<Receiver<Id>[]>
  /** Takes one piece that is due for this one, so that nobody else takes it, just before it is sent; null: there is none any more. */
  claim(id: Id): Promise<Piece | null>
  send(piece: Piece): Promise<void>
  /** Of one receiver. */
  mostOfOne: number
  isStopping: () => boolean
}

/** Of those that may be expected to answer soon. */
const QUICK_AT_ONCE = 16
/** From then on others are not kept waiting for it: a connection on which nothing happens costs next to nothing. */
const SLOW_AFTER_MS = 500
/** Of all whose receiver is well, slow ones too. */
const OPEN_AT_ONCE = 128
/** Of those whose receiver takes nothing: one each, to see whether it is back. */
const FAILING_AT_ONCE = 16
/** How soon is seen what comes in meanwhile. */
const LOOK_EVERY_MS = 500
/** A job of the queue that lasts longer than 15 minutes is taken for dead. */
const TURN_MS = 10 * 60 * 1_000

type Open<Id extends string> = { to: Receiver<Id>; since: number }

/**
 * Sends what is due to many receivers, each in its turn, until nothing is due or on its way any more. Nobody is waited for by the others: as
 * one answers the next is sent, a slow one gives its place away, and one that takes nothing has a place apart. So thirty that begin to hang
 * hold up a healthy one for a second or two, and from then on not at all.
 *
 * Whether everything that was due has been sent; false: its time was up before.
 *
 * @throws what looking, claiming or sending threw first, once everything on its way has ended
 */
export async function sendInTurns<Id extends string, Piece>(turns: Turns<Id, Piece>): Promise<boolean> {
  const round = new Round(turns)
  const until = performance.now() + TURN_MS
  for (;;) {
    const isOver = turns.isStopping() || round.hasFailed || performance.now() >= until
    const hasSent = !isOver && (await round.goOn())
    if (round.isUnderWay) await round.untilOneEnds()
    else if (isOver || !hasSent) {
      round.throwFault()
      return !isOver
    }
  }
}

class Round<Id extends string, Piece> {
  readonly #turns: Turns<Id, Piece>
  readonly #open = new Set<Open<Id>>()
  readonly #faults: unknown[] = []
  #waiting: Receiver<Id>[] = []
  #lookedAt = Number.NEGATIVE_INFINITY
  #wake = (): void => {}

  constructor(turns: Turns<Id, Piece>) {
    this.#turns = turns
  }

  get isUnderWay(): boolean {
    return this.#open.size > 0
  }

  get hasFailed(): boolean {
    return this.#faults.length > 0
  }

  throwFault(): void {
    if (this.hasFailed) throw this.#faults[0]
  }

  /** Begins what there is room for; whether that was anything. */
  async goOn(): Promise<boolean> {
    let begun = 0
    try {
      if (!this.isUnderWay || performance.now() - this.#lookedAt >= LOOK_EVERY_MS) await this.#look()
      for (let to = this.#next(); to; to = this.#next()) if (await this.#beginOne(to)) begun++
    } catch (fault) {
      this.#faults.push(fault)
    }
    return begun > 0
  }

  /** Whoever was waiting stays where it was in the row; who is new comes behind. */
  async #look(): Promise<void> {
    const due = await this.#turns.look()
    const dueById = new Map(due.map((one) => [one.id, one]))
    const known = new Set(this.#waiting.map(({ id }) => id))
    this.#waiting = [...this.#waiting.flatMap(({ id }) => dueById.get(id) ?? []), ...due.filter(({ id }) => !known.has(id))]
    this.#lookedAt = performance.now()
  }

  async #beginOne(to: Receiver<Id>): Promise<boolean> {
    const piece = await this.#turns.claim(to.id)
    const others = this.#waiting.filter(({ id }) => id !== to.id)
    this.#waiting = piece ? [...others, to] : others
    if (!piece) return false
    const sending = { to, since: performance.now() }
    this.#open.add(sending)
    void this.#turns
      .send(piece)
      .catch((fault: unknown) => this.#faults.push(fault))
      .finally(() => {
        this.#open.delete(sending)
        this.#wake()
      })
    return true
  }

  /** Or until it is time to look again. */
  untilOneEnds(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_EVERY_MS)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** The first of those with the least on its way, where there is room for it. */
  #next(): Receiver<Id> | null {
    if (this.#turns.isStopping()) return null
    const { quick, slow, failing, of } = this.#count()
    const hasRoom = quick < QUICK_AT_ONCE && quick + slow < OPEN_AT_ONCE
    const hasRoomForFailing = failing < FAILING_AT_ONCE
    let [next, least]: [Receiver<Id> | null, number] = [null, Number.POSITIVE_INFINITY]
    for (const one of this.#waiting) {
      const onTheWay = of.get(one.id) ?? 0
      const mayBeSent = one.isFailing ? hasRoomForFailing && onTheWay === 0 : hasRoom && onTheWay < this.#turns.mostOfOne
      if (mayBeSent && onTheWay < least) [next, least] = [one, onTheWay]
      if (least === 0) break
    }
    return next
  }

  #count() {
    const of = new Map<Id, number>()
    let [quick, slow, failing] = [0, 0, 0]
    const slowSince = performance.now() - SLOW_AFTER_MS
    for (const { to, since } of this.#open) {
      of.set(to.id, (of.get(to.id) ?? 0) + 1)
      if (to.isFailing) failing++
      else if (since > slowSince) quick++
      else slow++
    }
    return { quick, slow, failing, of }
  }
}
