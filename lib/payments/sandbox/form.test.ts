import { describe, expect, it } from 'vitest'
import { parseForm } from './form'

describe("Stripe's form encoding", () => {
  it.each([
    { encoded: '', form: {} },
    { encoded: 'name=Acme+Inc%26Co', form: { name: 'Acme Inc&Co' } },
    { encoded: 'metadata[a]=1&metadata[b]=2', form: { metadata: { a: '1', b: '2' } } },
    { encoded: 'expand[0]=customer&expand[1]=latest_charge.customer', form: { expand: ['customer', 'latest_charge.customer'] } },
    { encoded: 'expand[1]=b&expand[0]=a', form: { expand: ['a', 'b'] } },
    { encoded: 'types[]=card&types[]=link', form: { types: ['card', 'link'] } },
    { encoded: 'shipping[address][city]=Berlin', form: { shipping: { address: { city: 'Berlin' } } } },
    { encoded: 'a=1&a=2', form: { a: '2' } },
    { encoded: 'metadata=', form: { metadata: '' } },
  ])('reads $encoded', ({ encoded, form }) => {
    expect(parseForm(encoded)).toEqual(form)
  })

  it.each(['a[b=1', '[a]=1', 'a]b=1', 'a=1&a[b]=2', 'a[b]=1&a=2', 'a[1][2][3][4][5][6][7][8]=1'])('refuses %s', (encoded) => {
    expect(parseForm(encoded)).toBeNull()
  })
})
