import type { sessions as english } from '../en/sessions'
import type { Translation } from '../translation'

/** Where one is signed in. */
export const sessions: Translation<typeof english> = {
  you: 'このブラウザー',
  device: '{browser}({system})',
  unknownBrowser: '不明なブラウザー',
  unknownAddress: '不明なアドレス',
  facts: '{since} から、最終使用 {seen}、アドレス {address}',
  list: '現在のセッション',
  end: '終了',
  endNamed: '{since} からの {device} のセッションを終了',
  endOthers: '他のすべてのセッションを終了',
  ended: 'セッションを終了しました。',
  othersEnded: '他のすべてのセッションを終了しました。',
  unavailable: '現在この操作はできません。ページを再読み込みして、もう一度お試しください。',
  deskTitle: 'サインイン中の場所',
  deskHint: 'セッションは {minutes} 分間使われないか、{hours} 時間が経過すると終了します。',
}
