import { backUp } from './backup/back-up'
import { environmentOrExit } from './environment-or-exit'

/** `npm run backup -- <dir>`: while Headroom runs, or when it does not. Ends with 1 and a sentence where there is no backup. */
const MEGABYTE = 1_000_000

async function main(): Promise<void> {
  const [directory] = process.argv.slice(2)
  if (!directory) throw new Error('Name the directory to back up into: npm run backup -- <dir>')
  const environment = environmentOrExit(process.cwd())
  const { files, startedAt, endedAt, kind } = await backUp(environment, directory)
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  console.info(`${files.length} files, ${(bytes / MEGABYTE).toFixed(1)} MB: all that was committed before ${kind === 'files' ? endedAt : startedAt}.`)
  if (environment.encryptionKeys) console.info('HEADROOM_ENCRYPTION_KEYS is set by you and not in it: keep it elsewhere, or what is encrypted is lost.')
}

main().catch((fault: unknown) => {
  console.error(fault instanceof Error ? fault.message : fault)
  process.exitCode = 1
})
