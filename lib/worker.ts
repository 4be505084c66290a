import { openMailer } from './notify/send-mail'
import { openLog } from './observe/log'
import { openTraces } from './observe/open-traces'
import { paymentProvider } from './payments/provider'
import { startWorker } from './worker/start-worker'

/** The background work as its own process, so that a signal that ends the web server does not kill a job half-way. */
const { SMTP_URL: smtpUrl, MAIL_FROM: from } = process.env
const traces = await openTraces('worker')
const worker = await startWorker({
  provider: paymentProvider(process.env),
  mailer: smtpUrl && from ? openMailer({ smtpUrl, from }) : null,
  logger: openLog('worker'),
})

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(
    signal,
    () =>
      void worker
        .stop()
        .then(traces.close)
        .finally(() => process.exit(0)),
  )
process.send?.('ready')
