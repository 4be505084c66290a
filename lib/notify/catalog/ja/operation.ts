import type { operation as english } from '../en/operation'
import type { MailTranslation } from '../translation'

export const operation: MailTranslation<typeof english> = {
  webhookDisabled: {
    subject: '{organization}：Webhook エンドポイントがオフになりました',
    heading: 'Webhook エンドポイントがオフになりました',
    failing: '3 日間、送信したものが 1 件も届かなかったため、送信を停止しました。',
    gone: 'エンドポイントが恒久的になくなった（410）と応答したため、送信を停止しました。',
    body: 'そのほかに変わったことはありません。再び応答するようになったら、エンドポイントをオンにして、届かなかったものを再送してください。配信の記録は 30 日間保管されます。',
    address: 'アドレス',
    since: '失敗の開始',
    action: '配信を見る',
  },
  channelPaused: {
    subject: '{organization}：{channel} へのメッセージを一時停止しました',
    heading: '{channel} へのメッセージを一時停止しました',
    refused: '{service} から、このアドレスではメッセージを受け付けないと応答がありました：{error}。',
    unreachable: '{at} 以降、メッセージが 1 件も届いていません：{error}。',
    body: 'メールはこれまでどおり届きます。チャンネルが復旧したら、通知のページで再開してください。配信されなかったものは、そこから再送できます。',
    channel: 'チャンネル',
    value: '{channel}（{service}）',
    since: '失敗の開始',
    action: '通知を開く',
  },
  services: { slack: 'Slack', discord: 'Discord', telegram: 'Telegram' },
  test: {
    subject: '{organization}：{channel} のテスト',
    heading: 'これはテストです',
    body: '今後、{organization} のメッセージのうち {channel} 用に選択したものがここに届きます。',
    action: '通知を開く',
  },
  dispute: {
    openedSubject: '{organization} による {amount} の異議申し立て',
    wonSubject: '{organization} による {amount} の異議申し立て：当方の主張が認められました',
    lostSubject: '{organization} による {amount} の異議申し立て：当方の主張は認められませんでした',
    openedHeading: '{organization} の銀行が {amount} に異議を申し立てました',
    wonHeading: '{organization} による {amount} の異議申し立ては、当方の主張が認められました',
    lostHeading: '{organization} による {amount} の異議申し立ては、当方の主張が認められませんでした',
    opened: 'この組織の自動購入はすべて停止しました。そのほかは継続します。決済事業者に証拠を提出してください。',
    won: '請求書はこれまでどおり支払い済みです。',
    lost: '請求書は回収不能となり、代金は失われました。プランの扱いを決めてください。',
    organization: '組織',
    reason: '銀行の理由',
    action: '請求書を開く',
  },
}
