import type { Page } from '@playwright/test'
import { type Api, expect, openMail, test } from './fixtures'

type Member = { id: string; email: string }

async function portalOf(api: Api, organization: string, email: string, facts: Record<string, unknown> = {}): Promise<string> {
  const members = (await api.call('GET', `/organizations/${organization}/members`)).body.data as Member[]
  const member = members.find((one) => one.email === email)?.id
  const made = await api.call('POST', '/portal_sessions', { organization, member, ...facts })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return String(made.body.url)
}

/** As somebody signs in at the identity provider: by name, and then agrees. */
async function signInThere(page: Page, login: string): Promise<void> {
  await page.getByRole('button', { name: 'Continue with Example ID' }).click()
  await page.getByPlaceholder('Enter any login').fill(login)
  await page.getByPlaceholder('and password').fill('anything')
  await page.getByRole('button', { name: 'Sign-in' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
}

test.describe('a link by mail', () => {
  test('signs in on another device, at the page that was wanted, once, and only after a press', async ({ owner, newCustomer, browser, api }) => {
    const customer = await newCustomer()
    const [desk, phone] = [
      await browser.newContext({ baseURL: api.url }),
      await browser.newContext({ baseURL: api.url, viewport: { width: 390, height: 844 } }),
    ]
    const asking = await desk.newPage()
    await asking.goto(`/sign-in?next=/${customer.slug}/invoices`)
    await asking.getByRole('button', { name: 'Email me a link' }).click()
    await expect(asking.getByText('Enter an address like name@company.com, and we mail the link there.')).toBeVisible()
    await asking.getByLabel('Email').fill(owner.email)
    await asking.getByRole('button', { name: 'Email me a link' }).click()
    await expect(asking.getByText(`If ${owner.email} has an account, a link to sign in is on its way.`)).toBeVisible()

    const mail = await openMail(asking, api.url, owner.email, /link to sign in/i)
    const link = (await mail.getByRole('link', { name: 'Sign in', exact: true }).first().getAttribute('href')) ?? ''
    for (let looks = 0; looks < 2; looks++) expect((await phone.request.get(link)).status()).toBe(200) // A scanner of mail.
    const reading = await phone.newPage()
    await reading.goto(link)
    await expect(reading.getByText(`You are about to sign in as ${owner.email}.`)).toBeVisible()
    await reading.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(reading.getByRole('heading', { name: 'Invoices', level: 1 })).toBeVisible()

    await asking.goto(link)
    await expect(asking.getByRole('heading', { name: 'This link has ended' })).toBeVisible()
    await asking.getByRole('link', { name: 'Ask for another link' }).click()
    await expect(asking.getByRole('heading', { name: 'Sign in' })).toBeVisible()
    await Promise.all([desk.close(), phone.close()])
  })

  test('answers the same to a stranger, who gets no mail', async ({ browser, api }) => {
    const context = await browser.newContext({ baseURL: api.url })
    const page = await context.newPage()
    await page.goto('/sign-in')
    await page.getByLabel('Email').fill('nobody@nowhere.example')
    await page.getByRole('button', { name: 'Email me a link' }).click()
    await expect(page.getByText('If nobody@nowhere.example has an account, a link to sign in is on its way.')).toBeVisible()
    await page.goto('/sandbox/mail')
    await expect(page.getByText('nobody@nowhere.example')).toHaveCount(0)
    await context.close()
  })
})

test.describe('an account elsewhere', () => {
  test('signs in whoever has a membership under its verified address, and leads to the page that was wanted', async ({ newPerson, browser, api }) => {
    const person = await newPerson('elsewhere')
    const context = await browser.newContext({ baseURL: api.url })
    const page = await context.newPage()
    await page.goto(`/sign-in?next=${encodeURIComponent(new URL(person.page.url()).pathname)}%2Fteam`)
    await signInThere(page, `one|${person.email}`)
    await expect(page.getByRole('heading', { name: 'Team', level: 1 })).toBeVisible()

    const later = await browser.newContext({ baseURL: api.url })
    const other = await later.newPage()
    await other.goto('/sign-in')
    await signInThere(other, `another|${person.email}`)
    await expect(other.getByRole('heading', { name: 'You are not signed in' })).toBeVisible()
    await expect(other.getByText('another account has signed in here under your email address before')).toBeVisible()
    await Promise.all([context.close(), later.close()])
  })

  for (const { who, login, says } of [
    { who: 'a stranger', login: 'three|stranger@nowhere.example', says: 'belongs to nobody here who has joined an organization' },
    { who: 'somebody with an unverified address', login: 'four|unverified@nowhere.example', says: 'does not say that your email address there is verified' },
  ]) {
    test(`tells ${who} why they are not let in, and what to do`, async ({ browser, api }) => {
      const context = await browser.newContext({ baseURL: api.url })
      const page = await context.newPage()
      await page.goto('/sign-in')
      await signInThere(page, login)
      await expect(page.getByRole('heading', { name: 'You are not signed in' })).toBeVisible()
      await expect(page.getByText(says)).toBeVisible()
      await page.getByRole('link', { name: 'Sign in another way' }).click()
      await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
      await context.close()
    })
  }

  test('that is broken off leads back to the sign-in page, in words', async ({ browser, api }) => {
    const context = await browser.newContext({ baseURL: api.url })
    const page = await context.newPage()
    await page.goto('/sign-in')
    await page.getByRole('button', { name: 'Continue with Example ID' }).click()
    await page.getByText('Cancel').click()
    await expect(page.getByText('Signing in with your other account was broken off or did not work.')).toBeVisible()
    await context.close()
  })
})

test.describe('the operator’s own product', () => {
  test('sends a member over to a page, once, with the way back', async ({ owner, newCustomer, browser, api }) => {
    const customer = await newCustomer()
    const url = await portalOf(api, customer.id, owner.email, { page: 'plan', return_url: 'https://app.example.com/account' })
    const context = await browser.newContext({ baseURL: api.url })
    const page = await context.newPage()
    await page.goto(url)
    await expect(page.getByRole('heading', { name: 'Plan', level: 1 })).toBeVisible()
    await expect(page.getByRole('link', { name: 'Back to Fennel & Sons' })).toHaveAttribute('href', 'https://app.example.com/account')

    await page.goto('/')
    await expect(page).toHaveURL(new RegExp(`/${customer.slug}$`))
    await page.goto(`/${customer.slug}/settings`)
    await expect(page.getByText('You came here signed in by Fennel & Sons, for this organization only.')).toBeVisible()
    await expect(page.getByLabel('Current password')).toHaveCount(0)
    const others = (await newCustomer()).slug
    expect((await context.request.get(`/${others}`)).status(), 'another organization of the same person').toBe(404)

    const again = await browser.newContext({ baseURL: api.url })
    const late = await again.newPage()
    await late.goto(url)
    await expect(late.getByRole('heading', { name: 'This way in has ended' })).toBeVisible()
    await expect(late.getByRole('link', { name: 'Back to Fennel & Sons' })).toHaveAttribute('href', 'https://app.example.com/account')
    await Promise.all([context.close(), again.close()])
  })

  test('asks whoever is signed in as somebody else first', async ({ owner, newPerson, newCustomer, api }) => {
    const customer = await newCustomer()
    const person = await newPerson('present')
    const url = await portalOf(api, customer.id, owner.email)
    await person.page.goto(url)
    await expect(person.page.getByText(`You are signed in here as ${person.email}.`)).toBeVisible()
    await person.page.getByRole('link', { name: `Stay as ${person.email}` }).click()
    await expect(person.page.getByText('present at home').first()).toBeVisible()
    await person.page.goto(url)
    await person.page.getByRole('button', { name: `Go on as ${owner.email}` }).click()
    await expect(person.page).toHaveURL(new RegExp(`/${customer.slug}$`))
  })
})

test('nobody is signed in anywhere any more after signing out everywhere', async ({ newPerson, browser, api }) => {
  const person = await newPerson('everywhere')
  const context = await browser.newContext({ baseURL: api.url })
  const elsewhere = await context.newPage()
  await elsewhere.goto('/sign-in')
  await elsewhere.getByLabel('Email').fill(person.email)
  await elsewhere.getByLabel('Password', { exact: true }).fill(person.password)
  await elsewhere.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(elsewhere.getByRole('heading', { name: 'Overview' })).toBeVisible()

  await person.page.getByRole('link', { name: 'Settings' }).first().click()
  await person.page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await expect(person.page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await elsewhere.reload()
  await expect(elsewhere.getByText('You were signed out. Sign in to go on where you were.')).toBeVisible()
  await context.close()
})

test('nothing that is served may stand in a frame', async ({ page, newCustomer }) => {
  const customer = await newCustomer()
  const paths = [
    ...['/sign-in', '/sign-in/link/x', '/sign-in/portal/x', '/sign-in/refused', '/password', '/password/x', '/invitation/x', '/nowhere'],
    ...['', '/plan', '/api-calls/plan', '/invoices', '/settings', '/api-calls/usage/export?of=days&meter=calls', '/api-calls/usage/live'].map(
      (path) => `/${customer.slug}${path}`,
    ),
    ...[
      '/api/auth/session',
      '/api/auth/providers',
      '/api/v1/reference',
      '/api/v1/openapi.json',
      '/api/v1/organizations',
      '/api/v1/health/live',
      '/api/webhooks/stripe',
    ],
    ...['/sandbox/mail', '/sandbox/checkout/x', '/sandbox/bank/x', '/%00'],
  ]
  await page.goto(`/${customer.slug}`)
  const script = await page.locator('script[src*="/_next/static/"]').first().getAttribute('src')
  for (const path of [...paths, script ?? '']) {
    const headers = (await page.request.get(path, { maxRedirects: 0 })).headers()
    expect(headers['x-frame-options'], path).toBe('DENY')
    expect(headers['content-security-policy'], path).toContain("frame-ancestors 'none'")
  }
})
