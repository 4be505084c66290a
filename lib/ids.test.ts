import { describe, expect, it } from 'vitest'
import { idOf, isId, newId, uuidOf } from './ids'

describe('ids', () => {
  it('are a prefix and 26 characters, and sort by the time of their making', () => {
    const ids = Array.from({ length: 200 }, () => newId('inv'))
    for (const id of ids) expect(id).toMatch(/^inv_[0-9a-hjkmnp-tv-z]{26}$/)
    expect(new Set(ids).size).toBe(ids.length)
    expect([...ids].sort()).toEqual(ids)
  })

  it('are the same as a UUID and back', () => {
    const id = newId('org')
    expect(idOf('org', uuidOf('org', id))).toBe(id)
    expect(uuidOf('org', id)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it.each([
    { what: 'another kind’s', text: newId('sub') },
    { what: 'none', text: '' },
    { what: 'a bare prefix', text: 'org_' },
    { what: 'too short', text: newId('org').slice(0, -1) },
    { what: 'too long', text: `${newId('org')}0` },
    { what: 'beyond 128 bits', text: 'org_8zzzzzzzzzzzzzzzzzzzzzzzzz' },
    { what: 'in capitals', text: newId('org').toUpperCase() },
    { what: 'with a letter that there is not', text: `${newId('org').slice(0, -1)}u` },
    { what: 'a UUID', text: uuidOf('org', newId('org')) },
    { what: 'another with more before it', text: ` ${newId('org')}` },
  ])('are not: $what', ({ text }) => {
    expect(isId('org', text)).toBe(false)
    expect(() => uuidOf('org', text)).toThrow()
  })
})
