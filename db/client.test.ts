import { describe, expect, it } from 'vitest'
import { isDatabaseAway } from './client'

const coded = (code: string) => Object.assign(new Error('of Postgres or its socket'), { code })

describe('a database that is away', () => {
  it.each([
    { fault: coded('ECONNREFUSED'), why: 'nobody listens' },
    { fault: coded('57P03'), why: 'it is starting' },
    { fault: coded('57P02'), why: 'another server process crashed' },
    { fault: coded('08006'), why: 'the connection failed' },
    { fault: coded('53300'), why: 'every connection is taken' },
    { fault: coded('ENOTFOUND'), why: 'the name leads nowhere' },
    { fault: coded('ETIMEDOUT'), why: 'the machine does not answer' },
    { fault: new Error('timeout exceeded when trying to connect'), why: 'the pool has waited too long' },
    { fault: new Error('Connection terminated unexpectedly'), why: 'it was killed during a statement' },
    { fault: new Error('Client has encountered a connection error and is not queryable'), why: 'it was killed between two statements' },
    { fault: new Error('Failed query', { cause: coded('57P01') }), why: 'Drizzle has wrapped it' },
  ])('is one of which $why', ({ fault }) => {
    expect(isDatabaseAway(fault)).toBe(true)
  })

  it.each([coded('23505'), coded('40P01'), coded('08P01'), new Error('not queryable because of a mistake'), 'ECONNREFUSED', null])(
    'is not told by %s',
    (fault) => {
      expect(isDatabaseAway(fault)).toBe(false)
    },
  )
})
