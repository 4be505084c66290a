import { expect, it } from 'vitest'
import { Dice, rounds, sample } from '../billing/testing/depth'
import type { OrganizationId } from '../ids'
import { type Meeting, Races } from './testing/as-in-turn'
import { connectTheRoom, onPage, PAGE_COMMANDS } from './testing/page-commands'
import { createTheEndpoint, DEVELOPERS_COMMANDS } from './testing/page-commands-of-developers'
import { beginFor, COMMANDS, command, homeOf, termsOf } from './testing/raced-commands'
import { runInterface } from './testing/running-interface'

/**
 * What only the dashboard has, each at the same moment as each other and as every command of the interface: the same answers and the same state
 * as one after the other, and what was told done is there.
 */
const api = runInterface()
const races = new Races(api)
const ROUNDS = rounds(2)

const OURS = [...PAGE_COMMANDS, ...DEVELOPERS_COMMANDS]
const NAMES = OURS.map(({ name }) => name)
const PAIRS = NAMES.flatMap((one, index) => [...NAMES.slice(index), ...COMMANDS].map((other) => ({ one, other })))

/** `names`: of pages and of the interface; at most one of the interface. */
function meetingOf(names: readonly string[]): Meeting {
  const asked = names.filter((name) => COMMANDS.includes(name))
  const [situation] = asked.flatMap((name) => homeOf(name) ?? [])
  const wishes = names.map((name) => {
    const page = OURS.find((one) => one.name === name)
    return page ? onPage(api, page) : command(api, name, situation)
  })
  const begin = async () => {
    const named = situation ? await situation.begin(api) : await beginFor(api, asked)
    const organizationId = named.organization as OrganizationId
    await connectTheRoom(organizationId)
    await createTheEndpoint(organizationId)
    return named
  }
  return { wishes, begin }
}

it.each(
  sample(
    NAMES.map((name) => ({ name })),
    3,
  ),
)('$name does something where nobody else is at it (seed $seed)', async ({ name }) => {
  expect((await races.oneByOne(meetingOf([name]), {})).told).toBe('done')
})

it.each(sample(PAIRS, 5))('at once, $one, and $other: as one after the other (seed $seed)', async ({ one, other }) => {
  const names = [one, other]
  // What is asked of the interface has a way to go first: begun at the same moment it would always come second.
  const sideBySide = COMMANDS.includes(other) ? 0 : 1
  await races.expectAsInTurn(meetingOf(names), { ...termsOf(names), rounds: ROUNDS, sideBySide }, new Dice(names.join()))
})
