import { describe, expect, it } from 'vitest'
import { cardByName, cardByNumber, isCardNumber, TEST_CARDS } from './cards'

describe('test cards', () => {
  it('are numbers that a form accepts, each once', () => {
    for (const { number } of TEST_CARDS) expect(isCardNumber(number), number).toBe(true)
    expect(new Set(TEST_CARDS.map(({ number }) => number)).size).toBe(TEST_CARDS.length)
    expect(new Set(TEST_CARDS.map(({ name }) => name)).size).toBe(TEST_CARDS.length)
  })

  it.each([
    { name: 'pm_card_visa', number: '4242424242424242' },
    { name: 'pm_card_mastercard', number: '5555555555554444' },
    { name: 'pm_card_chargeCustomerFail', number: '4000000000000341' },
    { name: 'pm_card_visa_chargeDeclined', number: '4000000000000002' },
    { name: 'pm_card_chargeDeclined', number: '4000000000000002' },
    { name: 'pm_card_authenticationRequired', number: '4000002760003184' },
  ])('$name is $number', ({ name, number }) => {
    expect(cardByName(name)).not.toBeNull()
    expect(cardByName(name)).toBe(cardByNumber(number))
  })

  it.each(['4242424242424241', '42424242', '4242 4242 4242 4242', 'x'])('%s is no card number', (number) => {
    expect(isCardNumber(number)).toBe(false)
  })
})
