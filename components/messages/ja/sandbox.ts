import type { sandbox as english } from '../en/sandbox'
import type { Translation } from '../translation'

export const sandbox: Translation<typeof english> = {
  clock: '現在：{at}',
  noClock: '実際の時刻',
  forward: '時計',
  day: '+1 日',
  tenDays: '+10 日',
  toRenewal: '更新日まで進める',
  use: '使用',
  usage: '{product} を使用',
  percent: '{percent, number}% まで使用',
  units: '+{units} {unit}',
  unitsOfEach: 'それぞれ +{units}',
  card: 'カード',
  cards: {
    works: '成功',
    declined: '拒否',
    confirms: '銀行が確認',
    worksDone: '支払いが成功するカードを登録しました。未払い分も請求されます。',
    declinedDone: '支払いが拒否されるカードを登録しました。',
    confirmsDone: '支払いごとに銀行の確認が必要なカードを登録しました。',
  },
  mailbox: 'メールボックス',
  moved: '時計を {at} に進めました。',
  made: '使用量を報告しました。',
  refusal: {
    clock_advancing: '時計はすでに進んでいる途中です。',
    clock_backwards: '時計を戻すことはできません。',
    payments_unsettled: '完了していない支払いがあるため、時計はそこで止まりました。しばらくしてからもう一度進めてください。',
    already_used: 'すでにその量を使用しています。',
    other: '実行できませんでした。',
  },
}
