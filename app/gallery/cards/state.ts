import type { ReactNode } from 'react'
import type { Namespace } from '@/components/messages/en'

/** A card in one of its states. `name` is for whoever looks: what state it is. */
export type GalleryState = { name: string; card: ReactNode }

/** `namespaces`: the words that its client components need. */
export type GalleryArea = { namespaces: readonly Namespace[]; states: readonly GalleryState[] }

/** Long enough to be the longest, in the scripts that names come in. */
export const LONG_NAME = 'Allgemeine Datenverarbeitungs- und Beratungsgesellschaft Hohenstein mbH & Co. KG'
export const ARABIC_NAME = 'شركة الأفق للحلول الرقمية'
export const JAPANESE_NAME = '株式会社デジタルソリューションズ'
export const ORG = 'gallery'
export const NOW = '2026-05-19T14:30:00Z'
export const PERIOD = { start: '2026-05-01T00:00:00Z', end: '2026-05-31T00:00:00Z' }
