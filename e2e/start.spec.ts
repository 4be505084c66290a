import { expect, test } from './fixtures'

test.describe('a Headroom that has just been started', () => {
  test('shows a stranger the sign-in page and nothing else', async ({ browser, demo }) => {
    const page = await browser.newPage({ baseURL: demo.url })
    await page.goto('/')
    await expect(page).toHaveURL(/\/sign-in/)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.getByRole('textbox', { name: 'Email' })).toBeVisible()
    await page.close()
  })

  test('answers its back end only with the key that it wrote down', async ({ request, api, demo }) => {
    expect(await api.call('GET', '/products')).toMatchObject({ status: 200, body: { data: [{ id: 'api-calls' }] } })
    const stranger = await request.get(`${demo.url}/api/v1/products`, { headers: { authorization: 'Bearer guessed' } })
    expect(stranger.status()).toBe(401)
  })

  for (const path of ['/sign-in', '/api/v1/health/live', '/sandbox/checkout/none', '/nowhere/at/all']) {
    test(`lets no other site put ${path} into a frame`, async ({ request, demo }) => {
      const { 'content-security-policy': policy, 'x-content-type-options': sniffing } = (await request.get(demo.url + path)).headers()
      expect(policy).toContain("frame-ancestors 'none'")
      expect(sniffing).toBe('nosniff')
    })
  }

  test('is ready, with its database, and says so without a key', async ({ request, demo }) => {
    expect((await request.get(`${demo.url}/api/v1/health/ready`)).status()).toBe(200)
  })
})
