import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { setStage } from '../billing/testing/stage'
import { newId } from '../ids'
import { instant } from '../time'
import { flagArray, hashArray, idArray, jsonArray, numberArray, textArray, timeArray, unitsArray } from './arrays'

setStage()

const read = (array: string, type: string) =>
  inEngine(async (tx) => {
    const { rows } = await tx.execute<{ value: unknown }>(
      sql`SELECT value FROM unnest(${array}::${sql.raw(type)}) WITH ORDINALITY AS read (value, place) ORDER BY place`,
    )
    return rows.map(({ value }) => value)
  })

it('what a column is given is what Postgres reads, whatever is in it', async () => {
  const texts = ['', 'plain', 'NULL', 'null', null, '"', '\\', '\\"', '{a,b}', ' padded ', "it's; DROP TABLE", 'line\nbreak\t', 'ünïcode 文字 🎉', '\\x00', '}']
  expect(await read(textArray(texts), 'text[]')).toEqual(texts)
  expect(await read(textArray([]), 'text[]')).toEqual([])
  const objects = texts.map((text) => text && { [text]: [text, 0.1, true, null] }).map((object) => object || null)
  expect(await read(jsonArray(objects), 'text[]::jsonb[]')).toEqual(objects)
  const hashes = [Buffer.from([0, 1, 2, 255]), Buffer.alloc(0), Buffer.from('"\\{},', 'latin1')]
  expect(await read(hashArray(hashes.map((bytes) => bytes.toString('hex'))), 'bytea[]')).toEqual(hashes)
  expect(await read(unitsArray([0n, -1n, 2n ** 63n - 1n, null]), 'bigint[]')).toEqual(['0', '-1', '9223372036854775807', null])
  expect(await read(numberArray([0, 7]), 'integer[]')).toEqual([0, 7])
  expect(await read(flagArray([true, false]), 'boolean[]')).toEqual([true, false])
  expect(await read(timeArray([instant('2026-02-28T23:59:59.999Z'), null]), 'timestamptz[]')).toEqual(['2026-02-28 23:59:59.999+00', null])
  expect(await read(idArray('org', [newId('org'), newId('org')]), 'uuid[]')).toHaveLength(2)
})
