import { describe, expect, it } from 'vitest'
import { instantField } from './fields'

describe('an instant that is sent', () => {
  it.each(['1970-01-01T00:00:00Z', '1970-01-01T01:00:00+01:00', '2999-12-31T23:59:59.999Z', '2999-12-31T23:59:59.999999Z'])('may be %s', (text) => {
    expect(instantField.safeParse(text).success).toBe(true)
  })

  it.each(['1969-12-31T23:59:59.999Z', '1970-01-01T00:59:59.999+01:00', '3000-01-01T00:00:00Z', '-271821-04-20T00:00:00Z', '+275760-09-13T00:00:00Z'])(
    'may not be %s, which is in no year from 1970 to 2999',
    (text) => {
      expect(instantField.safeParse(text).error?.issues).toMatchObject([{ message: 'must be between 1970 and 2999' }])
    },
  )

  it('is the same, sent again', () => {
    const read = () => instantField.parse('2026-05-04T12:30:00.25+02:00').toString()
    expect([read(), read()]).toEqual(['2026-05-04T10:30:00.25Z', '2026-05-04T10:30:00.25Z'])
  })

  it('is refused again, sent again', () => {
    const read = () => instantField.safeParse('3000-01-01T00:00:00Z').success
    expect([read(), read()]).toEqual([false, false])
  })
})
