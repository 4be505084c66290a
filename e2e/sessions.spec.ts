import { expectClean } from './axe'
import { newOperator, sitDown } from './desk'
import { acceptInvitation, expect, test } from './fixtures'
import { signIn } from './sign-in'

test('a member sees where they are signed in, ends one session, and then all others', async ({ newPerson, browser, api }) => {
  const { page, email, password } = await newPerson('sessions')
  const settings = `/${new URL(page.url()).pathname.split('/')[1]}/settings`
  const elsewhere = await browser.newContext({ baseURL: api.url })
  const other = await elsewhere.newPage()
  await signIn(other, '/sign-in', { email, password })
  await other.goto(settings)
  await expect(other.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()

  await page.goto(settings)
  const list = page.getByRole('list', { name: 'Your sessions' })
  await expect(list.getByRole('listitem')).toHaveCount(2)
  await expect(list.getByRole('listitem').filter({ hasText: 'this browser' })).toContainText('Chrome on')
  await expectClean(page, 'the list of sessions')
  await list.getByRole('button', { name: /^End the session in Chrome/ }).click()
  await expect(list.getByRole('listitem')).toHaveCount(1)
  await other.reload()
  await expect(other.getByRole('heading', { name: 'Settings', level: 1 })).toHaveCount(0)

  await signIn(other, '/sign-in', { email, password })
  await other.goto(settings)
  await expect(other.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
  await page.reload()
  await page.getByRole('button', { name: 'End all other sessions' }).click()
  await expect(list.getByRole('listitem')).toHaveCount(1)
  await other.reload()
  await expect(other.getByRole('heading', { name: 'Settings', level: 1 })).toHaveCount(0)
  await elsewhere.close()
})

test('an owner signs a member out everywhere, who stays in the team', async ({ newPerson, browser, api }) => {
  const { page } = await newPerson('manager')
  const slug = new URL(page.url()).pathname.split('/')[1]
  const email = `signed-out-${crypto.randomUUID().slice(0, 8)}@people.example`
  await page.goto(`/${slug}/team`)
  await page.getByRole('button', { name: 'Invite someone' }).click()
  await page.getByRole('dialog').getByLabel('Email').fill(email)
  await page.getByRole('dialog').getByRole('button', { name: 'Send invitation' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  const theirs = await browser.newContext({ baseURL: api.url })
  const member = await theirs.newPage()
  await acceptInvitation(member, api.url, email, 'a long sentence of theirs')
  await page.reload()
  await page.getByRole('button', { name: `Manage ${email.split('@')[0]}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'End their sessions' }).click()
  await expect(page.getByText(/is signed out everywhere/)).toBeVisible()
  await member.reload()
  await expect(member.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
  await theirs.close()
})

test('an operator sees where they sit, and ends what they do not know', async ({ browser, demo }) => {
  const { desk, ...operator } = await newOperator(browser, demo, 'sessions')
  const forgotten = await sitDown(browser, demo.url, operator)
  await desk.goto('/operator/account')
  await expectClean(desk, 'the operator’s account')
  await desk
    .getByRole('list', { name: 'Your sessions' })
    .getByRole('button', { name: /^End the session in Chrome/ })
    .click()
  await expect(desk.getByText('The session was ended.')).toBeVisible()
  await forgotten.reload()
  await expect(forgotten.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
  for (const page of [desk, forgotten]) await page.context().close()
})
