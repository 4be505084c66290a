import { describe, expect, it } from 'vitest'
import { type Announced, announce } from './announcement'

const demo: Announced = {
  url: 'http://localhost:3000',
  apiKey: 'hr_admin_x',
  signIns: [
    { name: 'Olivia', role: 'owner, Acme', email: 'olivia@acme.example', password: 'one' },
    { name: 'Al', role: 'member, Acme', email: 'al@acme.example', password: 'two' },
  ],
  paymentsMode: 'sandbox',
  mailbox: true,
  mail: false,
  host: '127.0.0.1',
  logs: '.headroom/logs',
}

describe('announce', () => {
  it('says where it is, who may sign in and what is simulated, in columns', () => {
    expect(announce(demo)).toBe(`
  Headroom is running at http://localhost:3000

  Sign in as
    owner, Acme   olivia@acme.example  one
    member, Acme  al@acme.example      two

    Payments    simulated; no card is ever charged
    Mail        http://localhost:3000/sandbox/mail
    Interface   http://localhost:3000/api/v1
    Admin key   hr_admin_x
    Reached by  this machine only; set HEADROOM_URL, or HOST, to let others in
    Logs        .headroom/logs

  Ctrl-C stops everything.
`)
  })

  it('shows no key that somebody set, and says when mail is not sent', () => {
    const said = announce({ ...demo, apiKey: undefined, signIns: [], mailbox: false, paymentsMode: 'live' })
    expect(said).not.toContain('Admin key')
    expect(said).toContain('live: cards are charged')
    expect(said).toContain('not sent: SMTP_URL is not set')
  })

  it.each([
    { url: 'http://localhost:3000', host: '0.0.0.0', says: 'whoever reaches 0.0.0.0; set HEADROOM_URL, or links in mails lead to http://localhost:3000' },
    { url: 'https://billing.example.com', host: '0.0.0.0', says: 'whoever reaches 0.0.0.0\n' },
    { url: 'https://billing.example.com', host: '127.0.0.1', says: 'this machine only' },
    { url: 'http://localhost:3000', host: '::1', says: 'this machine only' },
  ])('says who reaches $host at $url', ({ url, host, says }) => {
    expect(announce({ ...demo, url, host })).toContain(`Reached by  ${says}`)
  })
})
