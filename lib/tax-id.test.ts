import { describe, expect, it } from 'vitest'
import { isDoubtfulTaxId } from './tax-id'

describe('isDoubtfulTaxId', () => {
  it.each([
    { taxId: 'DE136695976', country: 'DE', doubtful: false, why: 'its check digit fits' },
    { taxId: 'DE 136 695 976', country: 'DE', doubtful: false, why: 'spaces do not matter' },
    { taxId: 'DE136695977', country: 'DE', doubtful: true, why: 'its check digit does not fit' },
    { taxId: '136', country: 'DE', doubtful: true, why: 'it is too short' },
    { taxId: '12-3456789', country: 'US', doubtful: false, why: 'it is an employer’s number' },
    { taxId: 'NL4495445B01', country: 'DE', doubtful: false, why: 'a company may be registered elsewhere' },
    { taxId: 'anything 1', country: 'SA', doubtful: false, why: 'nobody here knows that country’s numbers' },
    { taxId: 'anything 1', country: null, doubtful: false, why: 'no country is named' },
  ])('$taxId in $country: $doubtful, because $why', ({ taxId, country, doubtful }) => {
    expect(isDoubtfulTaxId(taxId, country)).toBe(doubtful)
  })
})
