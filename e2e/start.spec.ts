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
    const { status, body } = await api.call('GET', '/products')
    expect(status).toBe(200)
    const ids = (body.data as { id: string }[]).map(({ id }) => id)
    expect(ids.sort()).toEqual(['api-calls', 'model-tokens', 'scrape-credits', 'screenshots', 'team-seats'])
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

  test('runs no script in a page but its own, by a nonce that is another one each time', async ({ page, request, demo }) => {
    const noncesOf = async () => {
      const answer = await request.get(`${demo.url}/sign-in`)
      const policy = answer.headers()['content-security-policy'] ?? ''
      const nonce = /script-src 'self' 'nonce-([^']+)'(;|$)/.exec(policy)?.[1] ?? 'none'
      const scripts = (await answer.text()).match(/<script\b[^>]*>/g) ?? []
      expect(scripts.length).toBeGreaterThan(2)
      expect(scripts.filter((script) => !script.includes(`nonce="${nonce}"`))).toEqual([])
      return nonce
    }
    expect(await noncesOf()).not.toBe(await noncesOf())

    const violations: string[] = []
    page.on('console', (message) => message.text().includes('Content Security Policy') && violations.push(message.text()))
    await page.goto('/sign-in')
    await expect(page.getByRole('textbox', { name: 'Email' })).toBeVisible()
    expect(violations, 'what the product itself does is allowed').toEqual([])
    await page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'document.title = "taken over"'
      document.body.append(script)
    })
    expect(await page.title()).not.toBe('taken over')
    expect(violations).toHaveLength(1)
  })

  test('finds nothing at an address with a NUL in it', async ({ request, demo }) => {
    for (const path of ['/acme%00', '/acme/api%00calls/usage/live', '/password/%00', '/api/v1/organizations/ext:%00']) {
      expect((await request.get(demo.url + path)).status(), path).toBe(404)
    }
  })

  test('is ready, with its database, and says so without a key', async ({ request, demo }) => {
    expect((await request.get(`${demo.url}/api/v1/health/ready`)).status()).toBe(200)
  })
})
