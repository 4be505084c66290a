import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { SignIn } from './announcement'
import { type Installation, markAsDemo } from './installation'

const signIns = z.array(z.object({ name: z.string(), email: z.string(), password: z.string(), role: z.string() }))
const demoFile = z.object({ signIns })

type Demo = { ownerUrl: string; dataDirectory: string; installation: Installation; seed: () => Promise<SignIn[]> }

/**
 * Fills an empty database with invented customers, once, and says who may sign in. A database with somebody's own
 * organizations is left alone.
 */
export async function prepareDemo({ ownerUrl, dataDirectory, installation, seed }: Demo): Promise<SignIn[]> {
  if (installation.demo) return readSignIns(dataDirectory)
  if (!installation.isEmpty) return []
  const made = await seed()
  await markAsDemo(ownerUrl)
  return made
}

/** Who may sign in, as the first start wrote it down; nobody, where the file is gone. */
function readSignIns(dataDirectory: string): SignIn[] {
  const file = join(dataDirectory, 'demo.json')
  if (!existsSync(file)) return []
  const read = demoFile.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  return read.success ? read.data.signIns : []
}
