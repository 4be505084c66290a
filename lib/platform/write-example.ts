import { writeFileSync } from 'node:fs'
import { SETTINGS, writeExample } from './settings'

/** `npm run write:example` */
writeFileSync('.env.example', writeExample(SETTINGS))
