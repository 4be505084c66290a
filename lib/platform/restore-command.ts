import { restore } from './backup/restore'
import { environmentOrExit } from './environment-or-exit'

/** `npm run restore -- <dir>`: into an empty database or a new data directory. Ends with 1 and a sentence where it refuses. */
async function main(): Promise<void> {
  const [directory] = process.argv.slice(2)
  if (!directory) throw new Error('Name the directory of the backup: npm run restore -- <dir>')
  const { manifest, organizations } = await restore(environmentOrExit(process.cwd()), directory)
  console.info(`Restored ${organizations} organizations as of ${manifest.kind === 'files' ? manifest.endedAt : manifest.startedAt}.`)
  console.info('Run npm run books, which adds everything up, and then npm start.')
}

main().catch((fault: unknown) => {
  console.error(fault instanceof Error ? fault.message : fault)
  process.exitCode = 1
})
