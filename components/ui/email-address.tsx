/** An address that breaks after its @ where it must, and inside a word only where even that is too wide. */
export function EmailAddress({ value }: { value: string }) {
  const at = value.lastIndexOf('@') + 1
  return (
    <bdi className="wrap-anywhere" dir="ltr">
      {value.slice(0, at)}
      <wbr />
      {value.slice(at)}
    </bdi>
  )
}
