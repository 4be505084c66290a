import type { errors as english } from '../en/errors'
import type { Translation } from '../translation'

export const errors: Translation<typeof english> = {
  notFoundTitle: 'このアドレスには何もありません',
  notFoundBody: 'アドレスに誤りがあるか、あなたが所属していない組織のページです。',
  pageTitle: 'このページを読み込めませんでした',
  pageBody:
    '当方の不具合です。このページを開いたことで変更されたものはありません。もう一度お試しください。解消しない場合は、次の参照番号をこのサービスの運営者にお伝えください。',
  reference: '参照番号',
  retry: '再試行',
  home: '概要へ移動',
  sectionTitle: '{section}を読み込めませんでした',
  sectionBody: 'このページのほかの部分に影響はありません。',
}
