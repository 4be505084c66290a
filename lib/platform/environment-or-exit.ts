import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Environment, readEnvironment } from './environment'
import { SETTINGS } from './settings'

/** The settings of this process and of the `.env` file below `root`; ends the process with its mistakes, a sentence each. */
export function environmentOrExit(root: string): Environment {
  const file = join(root, '.env')
  if (existsSync(file)) process.loadEnvFile(file)
  for (const { name } of SETTINGS) if (process.env[name]?.trim() === '') delete process.env[name] // Set to nothing is not set, for everyone.
  const read = readEnvironment(process.env)
  if (read.ok) return read.value
  for (const mistake of read.error) console.error(mistake)
  process.exit(1)
}
