import type { Person } from './invented-customer'

/** She owns an organization on each product, so that one sign-in shows them all. */
export const OLIVIA: Person = { name: 'Olivia Park', email: 'olivia@acme-robotics.example', role: 'owner' }
