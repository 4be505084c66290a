import { expectClean, expectNoWider } from './axe'
import { sampled, third } from './depth'
import { operatorOf, sitDown } from './desk'
import { expect, test } from './fixtures'

const LOOKS = (['light', 'dark'] as const).flatMap((theme) => [320, 768, 1440].map((width) => ({ theme, width })))

for (const { theme, width } of sampled(LOOKS)) {
  test(`every page of the desk is clean, and no wider than its window, ${theme} at ${width} px`, async ({ browser, demo, newCustomer, api }) => {
    test.setTimeout(180_000)
    const customer = await newCustomer({ product: 'screenshots', plan: 'growth' })
    await api.call('POST', `/subscriptions/${customer.subscription}/limit_requests`, { hard_limit: 250_000, use_case: 'A preview of every page' })
    const [invoice] = (await api.call('GET', `/organizations/${customer.id}/invoices`)).body.data as { id: string }[]
    const desk = await sitDown(browser, demo.url, operatorOf(demo))
    await desk.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await desk.setViewportSize({ width, height: 900 })
    const sections = [
      ...['', '/invoices', `/invoices/${invoice?.id}`, '/credit', '/plans?base=screenshots:growth'],
      ...['/payments', '/members', '/messages', '/activity'],
    ]
    const pages = [
      ...['', '/requests', '/catalog', '/catalog/screenshots', '/books', '/health', '/clocks', '/keys', '/operators', '/account'],
      ...sections.map((path) => `/organizations/${customer.id}${path}`),
    ]
    for (const path of third(pages)) {
      await desk.goto(`/operator${path}`)
      await expect(desk.getByRole('heading', { level: 1 })).toBeVisible()
      await expectClean(desk, path)
      await expectNoWider(desk, path)
    }
    await desk.context().close()
  })
}
