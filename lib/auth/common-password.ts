import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import * as common from '@zxcvbn-ts/language-common'
import { getBrand } from '../platform/brand'

/** What a program that knows the lists tries within an hour on one computer: fewer guesses than this are too few. */
const LEAST_GUESSES = 1e8
/** Of a long one the beginning decides: what follows makes it no weaker, and is not worth the time. */
const LOOKED_AT = 64

/** Of this field: whoever guesses tries them first. Beside them the installation's own name and the person's address count. */
const CONTEXT = ['headroom', 'billing', 'invoice', 'operator', 'dashboard', 'subscription']

/** Made when first asked for, because the lists are long: fifty thousand passwords of breaches, most used first. */
let estimator: ZxcvbnFactory | null = null

/**
 * Whether a password stands on a list of those that were breached, or is one of them with little done to it: turned round, written
 * with digits for letters, repeated, or with a year at its end. Nothing leaves this process (ASVS 5.0, V6.2.4, V6.2.11, V6.2.12).
 *
 * @param about What is known of its owner, such as their address.
 */
export function isCommonPassword(password: string, about: readonly string[] = []): boolean {
  estimator ??= new ZxcvbnFactory({ dictionary: { passwords: common.dictionary['passwords-common'] }, graphs: common.adjacencyGraphs, maxLength: LOOKED_AT })
  const known = [...CONTEXT, ...[getBrand().name, ...about].flatMap((words) => [words, ...words.split(/[^\p{L}\p{N}]+/u)])].filter((word) => word.length > 2)
  return estimator.check(password.normalize('NFKC').slice(0, LOOKED_AT), known).guesses < LEAST_GUESSES
}
