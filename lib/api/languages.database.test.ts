import { describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { newId } from '../ids'
import { systemClock } from '../time'
import { createCustomer, runInterface } from './testing/running-interface'
import { type WebhookEvent, webhookBody } from './webhook-body'

const api = runInterface()
const GERMAN = { headers: { 'accept-language': 'de-AT, en;q=0.5' } }
const ENGLISH = { headers: { 'accept-language': 'en' } }

describe('the language of an answer', () => {
  it('is the organization’s: its lines, its refusals and what was wrong with a field', async () => {
    const customer = await createCustomer(api, { name: 'Beispiel GmbH' })
    const of = `/organizations/${customer.id}`
    await api.send('PATCH', of, { language: 'de' })
    const made = await api.make(`${of}/subscriptions`, { product: 'api-calls', plan: 'basic' }, ENGLISH)
    expect((await api.read(`${of}/invoices`)).data[0].lines[0]).toMatchObject({
      kind: 'plan',
      description: 'Basic, ein Zeitraum im Voraus',
      formula: '$10.00 × 1 = $10.00',
    })

    const again = await api.post(`${of}/subscriptions`, { product: 'api-calls', plan: 'pro' }, ENGLISH)
    expect(again).toMatchObject({
      status: 409,
      body: {
        code: 'already_subscribed',
        title: 'Es gibt ein laufendes Abonnement dieses Produkts',
        detail: 'Es gibt ein laufendes Abonnement dieses Produkts; wechseln Sie dessen Tarif.',
        formula: 'live subscriptions of this product = 1',
      },
    })
    expect(again.headers.get('content-language')).toBe('de')

    const quoted = await api.make(`/subscriptions/${made.id}/quotes`, { plan: 'pro' })
    expect(quoted.lines.map(({ description }: { description: string }) => description)).toEqual([
      'Nicht genutzte Zeit von Basic: 30 von 30 Tagen',
      'Pro für den Rest des Zeitraums: 30 von 30 Tagen',
    ])
    const wrong = await api.post(`${of}/subscriptions`, { product: 'api-calls', plan: 7 })
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ path: 'plan', message: expect.stringContaining('erwartet string') }] } })
    expect(wrong.body.detail).toMatch(/^plan: Ungültige Eingabe/)
  })

  it('is what the caller asks for where no organization is named, and tells nobody of one that is not theirs', async () => {
    const customer = await createCustomer(api, { name: 'Fremde GmbH' })
    await api.send('PATCH', `/organizations/${customer.id}`, { language: 'de' })
    expect(await api.get('/organizations/org_01kbp4x5mve8jbdk2g3tqh1s7n', GERMAN)).toMatchObject({
      status: 404,
      body: { title: 'Das gibt es nicht', detail: 'Das gibt es nicht, oder es gehört nicht Ihnen.' },
    })
    expect((await api.get('/nothing', GERMAN)).body.detail).toBe('/api/v1/nothing gibt es hier nicht.')
    expect((await api.get('/products', { ...GERMAN, key: null })).body.title).toBe('Es fehlt ein gültiger API-Schlüssel')
    expect((await api.get(`/organizations/${customer.id}`, { ...ENGLISH, key: null })).body.title).toBe('A valid API key is missing')
    expect((await api.get('/organizations/org_01kbp4x5mve8jbdk2g3tqh1s7n', { headers: { 'accept-language': 'ja' } })).body.title).toBe('There is no such thing')
  })

  it('of a webhook is that of the object’s GET', async () => {
    const customer = await createCustomer(api, { name: 'Gemeldete GmbH' })
    const of = `/organizations/${customer.id}`
    await api.send('PATCH', of, { language: 'de' })
    await api.make(`${of}/subscriptions`, { product: 'api-calls', plan: 'basic' })
    const { data } = await api.read(`${of}/invoices`)
    const event = {
      id: newId('evt'),
      organizationId: customer.id,
      type: 'invoice.paid',
      subjectKind: 'invoice',
      subjectId: data[0].id,
      at: systemClock.now(),
    } as const
    const told = JSON.parse(await inEngine((tx) => webhookBody(tx, event as unknown as WebhookEvent)))
    expect(told.data).toEqual(await api.read(`/invoices/${data[0].id}`))
    expect(told.data.lines[0].description).toBe('Basic, ein Zeitraum im Voraus')
  })

  it('of an answer that is given again is the same, and the organization’s new one after a change', async () => {
    const customer = await createCustomer(api, { name: 'Wechsel GmbH' })
    const of = `/organizations/${customer.id}`
    await api.make(`${of}/subscriptions`, { product: 'api-calls', plan: 'basic' })
    const subscribe = () => api.post(`${of}/subscriptions`, { product: 'api-calls', plan: 'pro' }, { idempotencyKey: 'the same' })
    expect((await subscribe()).body.title).toBe('There is a live subscription of this product')
    await api.send('PATCH', of, { language: 'de' })
    const again = await subscribe()
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(again.body.title).toBe('Es gibt ein laufendes Abonnement dieses Produkts')
    expect((await api.read(`${of}/invoices`)).data[0].lines[0].description).toBe('Basic, ein Zeitraum im Voraus')
  })
})
