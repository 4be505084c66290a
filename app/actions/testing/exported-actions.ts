import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Access, findRegisteredAction } from '../registry'

const FOLDER = join(import.meta.dirname, '..')
const NOT_ACTIONS = new Set(['define-action.ts', 'registry.ts', 'retry-as-text.ts', 'flow.ts', 'define-operator-action.ts', 'fields.ts', 'passkey-fields.ts'])

/** Whose pages they belong to: members', or the operator's desk. */
type Whose = 'members' | 'operators'
const FOLDERS: Record<Whose, string> = { members: FOLDER, operators: join(FOLDER, 'operator') }

/** The files that hold what a browser can call. */
export function actionFiles(whose: Whose): string[] {
  return readdirSync(FOLDERS[whose])
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !NOT_ACTIONS.has(file))
    .map((file) => join(FOLDERS[whose], file))
}

export type ExportedAction = { file: string; name: string; action: unknown; access: Access | null }

/** Everything that those files export, so that a new action cannot be forgotten by a test that goes through them. */
export async function exportedActions(whose: Whose = 'members'): Promise<ExportedAction[]> {
  const found = await Promise.all(
    actionFiles(whose).map(async (file) => {
      const exported: Record<string, unknown> = await import(file)
      return Object.entries(exported).map(([name, action]) => ({
        file,
        name,
        action,
        access: typeof action === 'function' ? (findRegisteredAction(action)?.access ?? null) : null,
      }))
    }),
  )
  return found.flat()
}
