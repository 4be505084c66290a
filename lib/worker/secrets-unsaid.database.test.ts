import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { inRealTime } from '../billing/testing/in-real-time'
import { scenario } from '../billing/testing/scenario'
import { setStage } from '../billing/testing/stage'
import { openMailer } from '../notify/send-mail'
import { chatStage } from '../notify/testing/chat-stage'
import { failingWrites } from '../observe/testing/failing-writes'
import { hearOutput } from '../observe/testing/heard-output'
import { SECRET_KEY, WEBHOOK_SECRET } from '../payments/testing/simulated-payments'
import { webhookStage } from '../webhooks/testing/stage'
import { prepareJobs } from './prepare-jobs'
import { startWorker } from './start-worker'

const MAIL_PASSWORD = 'of-the-mail-server-and-nobody-else'
const SOON = { timeout: 20_000, interval: 20 }

const stage = setStage()
const { services, found } = chatStage()
const { receiver, listen, happen } = webhookStage()
const failing = failingWrites(() => stage.database.ownerUrl)
const heard = hearOutput()

let tries = 0
const mailServer = new SMTPServer({
  allowInsecureAuth: true,
  disabledCommands: ['STARTTLS'],
  onAuth({ password }, _session, done) {
    tries += Number(password === MAIL_PASSWORD)
    done(new Error('Nobody of that name'))
  },
})
beforeAll(async () => {
  await prepareJobs(stage.database.ownerUrl)
  await new Promise<void>((listening) => mailServer.listen(0, '127.0.0.1', listening))
})
afterAll(() => new Promise<void>((closed) => mailServer.close(() => closed())))

it('no secret stands in the log of the worker, whoever it sends to refuses it, hangs up or repeats what it was sent, and where nothing can be written', async () => {
  const { organizationId, tell } = await found(['slack', 'discord', 'telegram'])
  const { secret } = await listen(organizationId)
  const { slackUrl, discordUrl, telegramToken } = services
  const known = { SECRET_KEY, WEBHOOK_SECRET, MAIL_PASSWORD, slackUrl, discordUrl, telegramToken, 'of an endpoint': secret }
  for (const [what, kept] of Object.entries(known)) heard.keepSecret(what, kept)

  services.answer = (path) => (path.startsWith('/slack') ? { status: 404, body: `no_service at ${path}` } : { status: 500, body: `failed at ${path}` })
  receiver.answer = ({ headers }) => (receiver.received.length % 2 ? 'hang up' : { status: 500, body: JSON.stringify(headers) })
  await tell()
  for (let event = 0; event < 4; event++) await happen(organizationId)
  const acme = await scenario(stage, { plan: 'basic' })
  await stage.payments.fault({ fault: 'drop_before', times: 4 })
  await inRealTime(acme, 60)

  const { port } = mailServer.server.address() as AddressInfo
  const mailer = openMailer({ smtpUrl: `smtp://billing:${MAIL_PASSWORD}@127.0.0.1:${port}`, from: 'Billing <billing@example.com>' })
  const worker = await startWorker({ provider: stage.provider, mailer, engineUrl: stage.database.engineUrl, logger: heard.log })
  onTestFinished(async () => {
    await worker.stop()
    mailer.close()
  })
  await worker.wake('due')
  await expect.poll(() => [services.calls >= 3, receiver.received.length >= 2, tries >= 1], SOON).toEqual([true, true, true])
  await expect.poll(() => heard.times('swept'), SOON).toBeGreaterThan(0)
  await failing.during(async () => {
    await happen(organizationId).catch(() => null)
    await worker.wake('due')
    await expect.poll(() => heard.times('a sweep failed'), SOON).toBeGreaterThan(0)
  })
  heard.expectNoSecret()
})
