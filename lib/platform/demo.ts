import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { SignIn } from './announcement'
import { emptyHalfFilledDemo, type Installation, markAsDemo, markDemoBegun } from './installation'
import { writePrivately } from './secrets'

const SIGN_INS = 'sign-ins.json'

const signIns = z.array(z.object({ name: z.string(), email: z.string(), password: z.string(), role: z.string() }))
const demoFile = z.object({ signIns })

type Demo = {
  ownerUrl: string
  dataDirectory: string
  installation: Installation
  seed: () => Promise<SignIn[]>
  /** Makes the demo's operator; null where there is one already. */
  seedOperator: () => Promise<SignIn | null>
}

/**
 * Fills an empty database with invented customers, once, and says who may sign in. A filling that was interrupted is taken out
 * and done again from the beginning; a database with somebody's own organizations is left alone.
 */
export async function prepareDemo({ ownerUrl, dataDirectory, installation, seed, seedOperator }: Demo): Promise<SignIn[]> {
  if (installation.demo) return withOperator(dataDirectory, readSignIns(dataDirectory), seedOperator)
  if (installation.isHalfFilled) await emptyHalfFilledDemo(ownerUrl)
  else if (!installation.isEmpty) return []
  await markDemoBegun(ownerUrl)
  const made = await seed()
  writePrivately(join(dataDirectory, SIGN_INS), { signIns: made }) // Before it counts as done, or nobody would ever know them.
  await markAsDemo(ownerUrl)
  return withOperator(dataDirectory, made, seedOperator)
}

/** A demo that was filled before there was a desk gets its operator at the next start. */
async function withOperator(dataDirectory: string, signIns: SignIn[], seedOperator: Demo['seedOperator']): Promise<SignIn[]> {
  const operator = await seedOperator()
  if (!operator) return signIns
  const all = [...signIns, operator]
  writePrivately(join(dataDirectory, SIGN_INS), { signIns: all })
  return all
}

/** Who may sign in, as the first start wrote it down; nobody, where the file is gone. */
function readSignIns(dataDirectory: string): SignIn[] {
  const file = [SIGN_INS, 'demo.json'].map((name) => join(dataDirectory, name)).find(existsSync)
  if (!file) return []
  const read = demoFile.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  return read.success ? read.data.signIns : []
}
