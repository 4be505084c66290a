/** English words as another language says them: under the same keys, each with text of its own (messages.test.ts compares them). */
export type Translation<English> = { readonly [Key in keyof English]?: English[Key] extends string ? string : Translation<English[Key]> } & {
  readonly [key: string]: unknown
}
