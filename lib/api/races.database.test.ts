import { describe, expect, it } from 'vitest'
import { Dice, rounds, sample } from '../billing/testing/depth'
import { routes } from './routes/table'
import { type Meeting, Races } from './testing/as-in-turn'
import { nameOf } from './testing/every-route'
import { SITUATIONS, type Situation } from './testing/race-situations'
import { beginFor, COMMANDS, command, MOVE_MONEY, OF_NOBODY, REFUSED_ALONE, termsOf } from './testing/raced-commands'
import { runInterface } from './testing/running-interface'
import { BETTER } from './testing/valid-bodies'

/**
 * Every command on one organization against every other, and itself, at the same moment. What comes of it must be what would have come of it
 * one after the other, in the one order or the other: the same answers and the same state. That leaves no room for a double charge, a lost
 * update or a deadlock that reaches a person.
 */
const api = runInterface()
const races = new Races(api)

const ROUNDS = rounds(2)
/** Those between which money may go astray. */
const ROUNDS_OF_MONEY = rounds(3)

const PAIRS = COMMANDS.flatMap((one, index) => COMMANDS.slice(index).map((other) => ({ one, other })))

function meetingOf(names: readonly string[], situation?: Situation): Meeting {
  const begin = () => (situation ? situation.begin(api) : beginFor(api, names))
  return { wishes: names.map((name) => command(api, name, situation)), begin }
}

const alone = (name: string, situation?: Situation) => races.oneByOne(meetingOf([name], situation), termsOf([name], situation))

function race(names: readonly string[], situation?: Situation): Promise<void> {
  const isAboutMoney = situation !== undefined || names.every((name) => MOVE_MONEY.includes(name))
  const terms = { ...termsOf(names, situation), rounds: isAboutMoney ? ROUNDS_OF_MONEY : ROUNDS, sideBySide: 1 }
  return races.expectAsInTurn(meetingOf(names, situation), terms, new Dice(names.join()))
}

function situationNamed(name: string): Situation {
  const found = SITUATIONS[name]
  if (!found) throw new Error(`there is no ${name}`)
  return found
}

it('every command on an organization is one that there is', () => {
  expect(OF_NOBODY.filter((name) => !routes.some((route) => nameOf(route) === name))).toEqual([])
  expect([...Object.keys(BETTER), ...Object.keys(REFUSED_ALONE), ...MOVE_MONEY].filter((name) => !COMMANDS.includes(name))).toEqual([])
})

describe('on a plan that runs', () => {
  it.each(
    sample(
      COMMANDS.map((name) => ({ name })),
      8,
    ),
  )('$name does something where nobody else is at it (seed $seed)', async ({ name }) => {
    const { told: answer } = await alone(name)
    const refused = REFUSED_ALONE[name]
    if (refused) expect(answer).toBe(refused)
    else expect(answer).toMatch(/^(?:done|accepted)$/)
  })

  it.each(sample(PAIRS, 12))('at once, $one and $other: as one after the other (seed $seed)', ({ one, other }) => race([one, other]))
})

describe('where there is more to do', () => {
  const homes = Object.entries(SITUATIONS).flatMap(([where, { athome }]) => athome.map((name) => ({ where, name })))
  const meetings = Object.entries(SITUATIONS).flatMap(([where, { athome, meets }]) =>
    athome.flatMap((one, index) => [...athome.slice(index), ...meets].map((other) => ({ where, one, other }))),
  )

  it('whatever is refused on a plan that runs finds something to do', () => {
    expect(homes.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(REFUSED_ALONE)))
  })

  it.each(sample(homes, 3))('$where, $name does something where nobody else is at it (seed $seed)', async ({ where, name }) => {
    expect((await alone(name, situationNamed(where))).told).toMatch(/^(?:done|accepted)$/)
  })

  it.each(sample(meetings, 6))('$where, at once, $one and $other: as one after the other (seed $seed)', ({ where, one, other }) =>
    race([one, other], situationNamed(where)),
  )
})
