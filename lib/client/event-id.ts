/** Of one id: 74 bits of it are random, in so many bytes. */
const RANDOM_BYTES = 10
/** Random bytes come so many at a time, as Node's own `randomUUID` has them: to ask for few costs as much as for many, and a client makes an id an event. */
const DRAWN_AT_ONCE = 400 * RANDOM_BYTES

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

let drawn = new Uint8Array(0)
let used = 0

/**
 * Ids that grow with time (UUID version 7), so that the server's index of them is written at its end: with ids at random it is written all
 * over, which costs more the more there are.
 */
export function newEventId(): string {
  if (used + RANDOM_BYTES > drawn.length) {
    drawn = crypto.getRandomValues(new Uint8Array(DRAWN_AT_ONCE))
    used = 0
  }
  const random = (index: number) => drawn[used + index] ?? 0
  const hex = (byte: number) => HEX[byte] ?? ''
  const at = Date.now().toString(16).padStart(12, '0')
  const id =
    `${at.slice(0, 8)}-${at.slice(8)}-${hex(0x70 | (random(0) & 0x0f))}${hex(random(1))}` +
    `-${hex(0x80 | (random(2) & 0x3f))}${hex(random(3))}-${hex(random(4))}${hex(random(5))}${hex(random(6))}${hex(random(7))}${hex(random(8))}${hex(random(9))}`
  used += RANDOM_BYTES
  return id
}
