import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

export type PostOffice = {
  /** For `SMTP_URL`. */
  url: string
  /** Takes out what has come for this address since it was last asked, in the order of arrival. */
  collect(address: string): ParsedMail[]
  close(): Promise<void>
}

/** A real mail server on this machine that takes every mail and keeps it for its reader. */
export async function openPostOffice(): Promise<PostOffice> {
  let kept: { to: string[]; mail: ParsedMail }[] = []
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, { envelope }, callback) {
      simpleParser(stream).then((mail) => {
        kept.push({ to: envelope.rcptTo.map(({ address }) => address), mail })
        callback()
      }, callback)
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the mail server has no port')
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    collect(reader) {
      const theirs = kept.filter(({ to }) => to.includes(reader))
      kept = kept.filter(({ to }) => !to.includes(reader))
      return theirs.map(({ mail }) => mail)
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
