import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { can, PERMISSIONS, type Permission, ROLES, type Role } from '@/lib/auth/permissions'
import type { Viewer } from '@/lib/auth/session'
import { newId } from '@/lib/ids'
import { theLog } from '@/lib/observe/log'
import { ok, refuse } from '@/lib/result'
import { resetPasswordAction } from './account'
import { defineAction, defineFlowAction } from './define-action'
import { actionFiles, exportedActions } from './testing/exported-actions'

/** The door alone is tested here: nobody gets as far as a transaction. */
const REACHED = new Error('reached the database')
const present = vi.hoisted(() => ({ viewer: null as Viewer | null }))

vi.mock('@/lib/auth/session', () => ({
  getAccount: async () => present.viewer && { ...present.viewer.user, sessionVersion: 1 },
  isVisiting: async () => false,
  getOwnAccount: async () => present.viewer && { ...present.viewer.user, sessionVersion: 1 },
  getViewer: async (slug: string) => (present.viewer?.organization.slug === slug ? present.viewer : null),
  requestAddress: async () => '192.0.2.1',
  presentBrowser: async () => ({ address: '192.0.2.1', agent: '' }),
  beginSession: async () => {},
  beginPortalSession: async () => {},
  endSession: async () => {},
}))
vi.mock('@/db/client', async (original) => ({
  ...(await original<typeof import('@/db/client')>()),
  inWeb: async () => {
    throw REACHED
  },
  inEngine: async () => {
    throw new Error('a page’s action must never reach the engine’s database by itself')
  },
}))
vi.mock('next/cache', () => ({ revalidatePath: vi.fn() }))

const actions = await exportedActions()

type AnyAction = (slug: string, input: unknown) => Promise<{ ok: boolean; error?: unknown }>

function signInAs(role: Role): void {
  present.viewer = {
    user: { id: newId('user'), email: 'x@example.com', name: null },
    organization: { id: newId('org'), slug: 'ours', name: 'Ours', currency: 'usd', testClockId: null },
    member: { id: newId('mem'), role },
    language: 'en',
    visit: null,
    portal: null,
    can: (permission) => can(role, permission),
  }
}

afterEach(() => {
  present.viewer = null
})

describe('every action', () => {
  it('is made by defineAction or one of its siblings, and says who may call it', () => {
    expect(actions.length).toBeGreaterThan(8)
    const unregistered = actions.filter(({ access }) => access === null)
    expect(unregistered.map(({ file, name }) => `${file}: ${name}`)).toEqual([])
  })

  it('lives in a file that is for the server', () => {
    for (const file of [...actionFiles('members'), ...actionFiles('operators')]) expect(readFileSync(file, 'utf8'), file).toMatch(/^'use server'/)
  })

  it('asks for a new password of twelve characters at least, and takes one of 256', async () => {
    signInAs('member')
    const choose = (newPassword: string) => resetPasswordAction({ token: 'unknown', newPassword }).catch((fault: unknown) => fault)
    for (const newPassword of ['x'.repeat(11), 'x'.repeat(257)]) {
      expect(await choose(newPassword)).toMatchObject({ error: { code: 'invalid_input', fields: [{ path: 'newPassword' }] } })
    }
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    for (const newPassword of ['twelve chars', 'a long sentence '.repeat(16)]) expect(await choose(newPassword)).toBeInstanceOf(Error) // As far as the database.
    logged.mockRestore()
  })

  it('is open to anyone only where nobody can be signed in yet, or where it is no secret', () => {
    const open = actions.filter(({ access }) => access === 'anyone').map(({ name }) => name)
    expect(open.sort()).toEqual([
      'acceptInvitationAction',
      'askForPasskeySignInAction',
      'askForPasskeyStepAction',
      'chooseLanguageAction',
      'openPortalAction',
      'passPasskeyStepAction',
      'passSecondStepAction',
      'requestPasswordResetAction',
      'requestSignInLinkAction',
      'resetPasswordAction',
      'signInAction',
      'signInWithLinkAction',
      'signInWithPasskeyAction',
      'signOutAction',
    ])
  })
})

const guarded = actions.flatMap(({ name, action, access }) => {
  return access && access in PERMISSIONS ? [{ name, permission: access as Permission, action: action as AnyAction }] : []
})

describe.each(guarded)('$name needs $permission', ({ action, permission }) => {
  it.each(ROLES)('as %s', async (role) => {
    signInAs(role)
    const answer = await action('ours', { nonsense: true }).catch((fault: unknown) => fault)
    if (can(role, permission)) expect(answer).not.toMatchObject({ error: { code: 'forbidden' } })
    else expect(answer).toEqual({ ok: false, error: { code: 'forbidden', permission } })
  })

  it('as nobody, and as a stranger: the organization does not exist', async () => {
    expect(await action('ours', {})).toEqual({ ok: false, error: { code: 'signed_out' } })
    signInAs('owner')
    expect(await action('theirs', {})).toEqual({ ok: false, error: { code: 'not_found' } })
    expect(await action({ toString: () => 'ours' } as never, {})).toEqual({ ok: false, error: { code: 'not_found' } })
  })

  it('looks at the input before anything else is done', async () => {
    signInAs('owner')
    expect(await action('ours', { nonsense: true })).toMatchObject({ ok: false, error: { code: 'invalid_input', fields: expect.any(Array) } })
  })
})

describe('defineAction', () => {
  const input = z.strictObject({ count: z.number().int() })

  it('names every wrong field by its path', async () => {
    signInAs('owner')
    const action = defineFlowAction({
      permission: 'plan:write',
      input: z.strictObject({ card: z.strictObject({ month: z.number() }) }),
      runFlow: async () => ok(1),
    })
    expect(await action('ours', { card: { month: 'May' as never } })).toMatchObject({
      ok: false,
      error: { code: 'invalid_input', fields: [{ path: 'card.month' }] },
    })
  })

  it('hands a command’s refusal on as it is, and refreshes only what has changed', async () => {
    const { revalidatePath } = await import('next/cache')
    signInAs('owner')
    const refusing = defineFlowAction({ permission: 'plan:write', input, runFlow: async () => refuse({ code: 'same_plan' }) })
    expect(await refusing('ours', { count: 1 })).toEqual({ ok: false, error: { code: 'same_plan' } })
    expect(revalidatePath).not.toHaveBeenCalled()
    const working = defineFlowAction({ permission: 'plan:write', input, runFlow: async (_, { count }) => ok(count + 1) })
    expect(await working('ours', { count: 1 })).toEqual({ ok: true, value: 2 })
    expect(revalidatePath).toHaveBeenCalledWith('/[org]', 'layout')
  })

  it('keeps the words of a fault on the server', async () => {
    const logged = vi.spyOn(theLog(), 'error').mockImplementation(() => {})
    signInAs('owner')
    const broken = defineAction({ permission: 'plan:write', input, run: async () => ok(1) })
    await expect(broken('ours', { count: 1 })).rejects.toThrow(/^The action could not be carried out$/)
    expect(logged).toHaveBeenCalledWith({ err: REACHED }, 'an action failed')
    logged.mockRestore()
  })
})
