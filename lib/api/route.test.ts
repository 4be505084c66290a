import { expect, it } from 'vitest'
import { problem } from './answer'
import { codesOf } from './openapi'
import { defineRoute, writtenByOperator } from './route'

const shared = { ...writtenByOperator, method: 'post', path: '/nowhere', tenant: 'none', area: 'Tests', summary: 'Nothing', answers: {} } as const

it('a route that answers a problem which its document does not list does not compile', () => {
  const route = defineRoute({
    ...shared,
    problems: ['same_plan'],
    // @ts-expect-error: it lists another one.
    handle: async () => problem('last_owner', 'There is one.'),
  })
  expect(codesOf(route)).not.toContain('last_owner')
})

it('one that lists it does, beside what every route may answer', () => {
  const route = defineRoute({
    ...shared,
    problems: ['last_owner'],
    handle: async (call) => (call.isRemembered ? problem('last_owner', 'There is one.') : problem('not_found', 'There is none.')),
  })
  expect(codesOf(route)).toEqual(expect.arrayContaining(['last_owner', 'invalid_request', 'internal_error']))
})
