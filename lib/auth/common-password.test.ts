import { describe, expect, it } from 'vitest'
import { isCommonPassword } from './common-password'

const UNCOMMON = ['correct horse battery staple', 'my grandmother bakes bread', 'Zwölf Boxkämpfer jagen', 'tr8-vq2-lmx-70w', '春はあけぼのやうやう白く']

describe('a new password', () => {
  it.each([
    { password: 'password1234', why: 'stands on every list' },
    { password: 'unbelievable1', why: 'stands on a list, long enough as it is' },
    { password: 'P@ssw0rd1234', why: 'writes digits for letters' },
    { password: 'drowssapdrowssap', why: 'is one turned round, twice' },
    { password: 'Passw0rd2026!', why: 'has a year at its end' },
    { password: 'aaaaaaaaaaaaaaaa', why: 'is one letter' },
    { password: 'abcdefghijklmnop', why: 'is the alphabet' },
    { password: 'qwertyuiop[]', why: 'is a row of the keyboard' },
    { password: 'headroom2026!', why: 'is our name and a year (ASVS V6.1.2)' },
    { password: 'grace@example.com1', why: 'is the person’s address' },
    { password: 'ｐａｓｓｗｏｒｄ１２３４', why: 'stands there in other letters that are the same' },
  ])('is refused that $why', ({ password }) => {
    expect(isCommonPassword(password, ['grace@example.com'])).toBe(true)
  })

  it.each(UNCOMMON)('is taken that nobody tries first: %s', (password) => {
    expect(isCommonPassword(password, ['grace@example.com'])).toBe(false)
  })

  it('is looked at quickly, however long and odd it is', () => {
    isCommonPassword('the lists are read once')
    const before = performance.now()
    for (const odd of ['a1!b2@', '4@$3!0', '(@4{<[6&9#!1/|0$5+7%2', 'qwerty']) isCommonPassword(odd.repeat(256))
    expect(performance.now() - before).toBeLessThan(2_000)
  })
})
