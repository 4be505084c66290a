import { describe, expect, it } from 'vitest'
import { hashPassword, verifyPassword } from './password'

describe('passwords', () => {
  it('are kept as argon2id with the cost that OWASP asks for', async () => {
    expect(await hashPassword('correct horse battery')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  it('are salted: the same one twice is kept as two', async () => {
    expect(await hashPassword('correct horse battery')).not.toBe(await hashPassword('correct horse battery'))
  })

  it('are recognized, and nothing else is', async () => {
    const kept = await hashPassword('correct horse battery')
    expect(await verifyPassword(kept, 'correct horse battery')).toBe(true)
    expect(await verifyPassword(kept, 'correct horse battery ')).toBe(false)
    expect(await verifyPassword(kept, '')).toBe(false)
  })

  it('are the same however the keyboard composes an accent', async () => {
    const kept = await hashPassword('caf\u00e9 au lait, s\u2019il vous pla\u00eet')
    expect(await verifyPassword(kept, 'cafe\u0301 au lait, s\u2019il vous plai\u0302t')).toBe(true)
  })

  it('never match where there is none, not even the stand-in that is compared instead', async () => {
    expect(await verifyPassword(null, 'nobody has this password')).toBe(false)
  })

  it('takes as long for an unknown account as for a wrong password', async () => {
    const kept = await hashPassword('correct horse battery')
    const time = async (passwordHash: string | null) => {
      const times: number[] = []
      for (let round = 0; round < 9; round++) {
        const start = performance.now()
        await verifyPassword(passwordHash, 'wrong')
        times.push(performance.now() - start)
      }
      return times.sort((a, b) => a - b)[4] ?? 0
    }
    const [wrong, unknown] = [await time(kept), await time(null)]
    // A shortcut would be a thousand times faster; a factor of three leaves room for a busy machine.
    expect(unknown).toBeGreaterThan(wrong / 3)
    expect(unknown).toBeLessThan(wrong * 3)
  })
})
