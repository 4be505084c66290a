import { useRef } from 'react'

/**
 * The key of a press: the same while the same is asked for and no answer has come, so that pressing again after the line
 * broke is asking once; the next wish gets another.
 */
export function usePress() {
  const waiting = useRef<{ asked: string; key: string } | null>(null)
  return {
    /** `asked`: what the press sends, in any form that is another for another wish. */
    keyFor(asked: string): string {
      if (waiting.current?.asked !== asked) waiting.current = { asked, key: crypto.randomUUID() }
      return waiting.current.key
    },
    answered() {
      waiting.current = null
    },
  }
}
