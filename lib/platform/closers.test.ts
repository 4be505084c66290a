import { describe, expect, it } from 'vitest'
import { Closers } from './closers'

describe('Closers', () => {
  it('stops what was started last first, each once, and goes on where one fails', async () => {
    const stopped: string[] = []
    const closers = new Closers()
    closers.add('The database', async () => void stopped.push('database'))
    closers.add('The worker', () => Promise.reject(new Error('it hangs')))
    closers.add('The server', async () => void stopped.push('server'))
    const [errors] = await Promise.all([closers.close(), closers.close()])
    expect(stopped).toEqual(['server', 'database'])
    expect(errors.map(({ message }) => message)).toEqual(['The worker did not stop: it hangs'])
  })
})
