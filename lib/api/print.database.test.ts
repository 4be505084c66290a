import { describe, expect, it } from 'vitest'
import { readBack } from '../printing/testing/read-back'
import { createCustomer, runInterface, START_UP_KEY } from './testing/running-interface'

const api = runInterface()

/** The file itself, which no JSON is read from. */
async function print(invoice: string, { actor, key = START_UP_KEY }: { actor?: string; key?: string } = {}) {
  const response = await fetch(`${api.base}/invoices/${invoice}/pdf`, {
    headers: { authorization: `Bearer ${key}`, ...(actor && { 'headroom-actor': actor }) },
  })
  return { status: response.status, headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) }
}

async function newCustomer(name: string) {
  const customer = await createCustomer(api, { name })
  const [owner] = (await api.read(`/organizations/${customer.id}/members`)).data
  return { ...customer, owner: owner.id as string }
}

async function firstInvoice(organization: string) {
  await api.make(`/organizations/${organization}/subscriptions`, { product: 'api-calls', plan: 'pro' })
  const [invoice] = (await api.read(`/organizations/${organization}/invoices`)).data
  return invoice
}

describe('GET /invoices/{id}/pdf', () => {
  it('is the invoice as a file, the same bytes each time, also twice at once', async () => {
    const { id } = await newCustomer('Print & Co')
    const invoice = await firstInvoice(id)
    const [one, other] = await Promise.all([print(invoice.id), print(invoice.id)])
    expect(one).toMatchObject({ status: 200 })
    expect(one.headers.get('content-type')).toBe('application/pdf')
    expect(one.headers.get('content-disposition')).toBe(`attachment; filename="${invoice.number}.pdf"`)
    expect(Buffer.compare(one.bytes, other.bytes)).toBe(0)
    const text = (await readBack(one.bytes)).join('\n')
    for (const words of ['Print & Co', invoice.number, 'Pro, a period in advance', '$30.00', 'with Visa ending in 4242']) expect(text).toContain(words)
  })

  it('follows what the organization says of itself from the next document on', async () => {
    const { id } = await newCustomer('Follows')
    const before = await firstInvoice(id)
    const changed = await api.send('PATCH', `/organizations/${id}`, {
      language: 'de',
      billing: { name: 'شركة الأفق 株式会社', address: 'Hauptstraße 1\n10115 Berlin', country: 'DE', tax_id: 'DE123456789' },
    })
    expect(changed).toMatchObject({ status: 200, body: { language: 'de' } })
    await api.make(`/organizations/${id}/subscriptions`, { product: 'screenshots', plan: 'basic' })
    const [after] = (await api.read(`/organizations/${id}/invoices`)).data
    const text = (await readBack((await print(after.id)).bytes)).join('\n')
    for (const words of ['Rechnung', 'شركة الأفق', '株式会社', 'Deutschland', 'DE123456789', 'mit Visa, Endziffern 4242']) expect(text).toContain(words)
    const old = (await readBack((await print(before.id)).bytes)).join('\n')
    expect(old).toContain('Invoice')
    expect(old).not.toContain('DE123456789')
    expect((await api.read(`/invoices/${before.id}`)).language).toBe('en')
  })

  it('keeps the card that paid, whatever card is on file later', async () => {
    const { id } = await newCustomer('Cards')
    const invoice = await firstInvoice(id)
    await api.send('PUT', `/organizations/${id}/payment_method`, { payment_method: 'pm_card_mastercard' })
    expect((await api.read(`/invoices/${invoice.id}`)).payment.card).toEqual({ brand: 'visa', last4: '4242' })
  })

  it('refers a credit note to its invoice, and the invoice to its credit note', async () => {
    const { id } = await newCustomer('Credits')
    const invoice = await firstInvoice(id)
    const [subscription] = (await api.read(`/organizations/${id}/subscriptions`)).data
    const quote = await api.make(`/subscriptions/${subscription.id}/quotes`, { plan: 'basic' })
    await api.make(`/subscriptions/${subscription.id}/changes`, { quote: quote.id })
    const [note] = (await api.read(`/organizations/${id}/invoices`)).data
    expect(note.kind).toBe('credit_note')
    expect((await api.read(`/invoices/${note.id}`)).related).toMatchObject([{ id: invoice.id, number: invoice.number }])
    expect((await api.read(`/invoices/${invoice.id}`)).related).toMatchObject([{ id: note.id, number: note.number, total: note.total }])
    const text = (await readBack((await print(note.id)).bytes)).join('\n')
    for (const words of ['Credit note', note.number, `${invoice.number} of January 1, 2026`]) expect(text).toContain(words)
  })

  it('is not for a member, nor for another organization', async () => {
    const { id } = await newCustomer('Mine')
    const other = await newCustomer('Theirs')
    const invoice = await firstInvoice(id)
    const member = await api.make(`/organizations/${id}/members`, { email: 'only-a-member@example.com', role: 'member' })
    expect(await print(invoice.id, { actor: member.id })).toMatchObject({ status: 403 })
    expect(await print(invoice.id, { actor: other.owner })).toMatchObject({ status: 404 })
    expect(await print('inv_01kbp4x5mve8jbdk2g3tqh1s7n')).toMatchObject({ status: 404 })
  })

  it('says who sells as the operator’s settings said it on that day, with whom questions go to', async () => {
    const { id } = await newCustomer('Sold to')
    process.env.HEADROOM_SUPPORT = 'help@example.com'
    process.env.HEADROOM_SELLER_NAME = '株式会社ヘッドルーム'
    process.env.HEADROOM_SELLER_BANK_DETAILS = 'Example Bank\nIBAN DE02 1203 0000 0000 2020 51'
    const { invoice } = await api.make(`/organizations/${id}/pro_forma`, { product: 'team-seats', plan: 'basic', interval: 'month', seats: 5 })
    for (const name of ['HEADROOM_SUPPORT', 'HEADROOM_SELLER_NAME', 'HEADROOM_SELLER_BANK_DETAILS']) delete process.env[name]
    const text = (await readBack((await print(invoice.id)).bytes)).join('\n')
    for (const words of [
      'Pro-forma invoice',
      '株式会社ヘッドルーム',
      'Questions: help@example.com',
      'IBAN DE02 1203 0000 0000 2020 51',
      `Reference: ${invoice.number}`,
    ]) {
      expect(text).toContain(words)
    }
  })

  it('names the language that it does not print', async () => {
    const { id } = await newCustomer('Klingon')
    expect(await api.send('PATCH', `/organizations/${id}`, { language: 'tlh' })).toMatchObject({ status: 422, body: { errors: [{ path: 'language' }] } })
  })
})
