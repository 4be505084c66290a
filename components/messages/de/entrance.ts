import type { entrance as english } from '../en/entrance'
import type { Translation } from '../translation'

export const entrance: Translation<typeof english> = {
  signInTo: 'Bei {company} anmelden',
  or: 'oder',
  link: {
    ask: 'Link per E-Mail senden',
    emailMissing: 'Geben Sie eine Adresse wie name@firma.de ein; dorthin schicken wir den Link.',
    askedTitle: 'Sehen Sie in Ihr Postfach',
    asked: 'Wenn {email} ein Konto hat, ist ein Link zur Anmeldung unterwegs. Er gilt einmal, auf jedem Gerät, {minutes} Minuten lang.',
    askedNothing:
      'Nichts angekommen? Sehen Sie im Spam nach und prüfen Sie die Adresse. Wer eingeladen wurde, aber nie beigetreten ist, verwendet den Link der Einladung.',
    another: 'Anders anmelden',
    rateLimited: 'Es wurden zu viele Links angefordert. Versuchen Sie es nach {time} wieder, oder verwenden Sie Ihr Passwort.',
    unavailable: 'Im Moment kann kein Link verschickt werden. Versuchen Sie es gleich noch einmal, oder verwenden Sie Ihr Passwort.',
    title: 'Anmelden',
    lead: 'Sie melden sich gleich als {email} an.',
    submit: 'Anmelden',
    closedTitle: 'Dieser Link ist beendet',
    usedBody: 'Er wurde schon verwendet, oder ein neuerer. Jeder Link gilt einmal, damit ihn nach Ihnen niemand verwenden kann.',
    expiredBody:
      'Er galt {minutes} Minuten lang, nachdem er angefordert wurde, oder bis Sie überall abgemeldet wurden. Fordern Sie einen anderen an; sonst hat sich nichts geändert.',
    unknownBody: 'Vielleicht ist die Adresse unvollständig. Öffnen Sie den Link noch einmal aus der E-Mail, oder fordern Sie einen anderen an.',
    again: 'Anderen Link anfordern',
    failed: 'Die Anmeldung ist im Moment nicht möglich. Der Link gilt noch; versuchen Sie es gleich noch einmal.',
  },
  provider: {
    button: 'Weiter mit {provider}',
    failed: '{provider} ist im Moment von hier nicht zu erreichen. Versuchen Sie es gleich noch einmal, oder melden Sie sich anders an.',
    brokenOff: 'Die Anmeldung mit Ihrem anderen Konto wurde abgebrochen oder ist nicht gelungen. Versuchen Sie es noch einmal, oder melden Sie sich anders an.',
    refusedTitle: 'Sie sind nicht angemeldet',
    emailUnverifiedBody:
      '{provider} sagt nicht, dass Ihre E-Mail-Adresse dort bestätigt ist. Bestätigen Sie sie dort und kommen Sie wieder, oder melden Sie sich anders an.',
    noMembershipBody:
      'Ihre E-Mail-Adresse bei {provider} gehört hier niemandem, der einer Organisation beigetreten ist. Öffnen Sie zuerst die Einladung aus Ihrer E-Mail, bitten Sie einen Inhaber Ihrer Organisation um eine, oder verwenden Sie ein Konto mit der eingeladenen Adresse.',
    otherIdentityBody:
      'Bei {provider} hat sich unter Ihrer E-Mail-Adresse schon ein anderes Konto hier angemeldet. Damit niemand das Konto dessen bekommt, der die Adresse vorher hatte, wird dieses nicht eingelassen. Melden Sie sich anders an, oder bitten Sie um Hilfe.',
    unknown: 'dem anderen Dienst',
    another: 'Anders anmelden',
  },
  portal: {
    endedTitle: 'Dieser Zugang ist beendet',
    usedBody:
      'Eine Adresse, die Sie anmeldet, gilt einmal, damit sie nach Ihnen niemand verwenden kann. Gehen Sie zurück und öffnen Sie diese Seite von dort noch einmal.',
    expiredBody: 'Eine Adresse, die Sie anmeldet, gilt fünf Minuten lang. Gehen Sie zurück und öffnen Sie diese Seite von dort noch einmal.',
    goneBody: 'Sie gehören dieser Organisation nicht mehr an. Fragen Sie einen ihrer Inhaber.',
    unknownBody: 'Vielleicht ist die Adresse unvollständig. Gehen Sie dorthin zurück, woher Sie kamen, und öffnen Sie diese Seite von dort noch einmal.',
    back: 'Zurück zu {place}',
    signIn: 'Zur Anmeldung',
    confirmTitle: 'Das Konto wechseln?',
    confirmLead: 'Sie sind hier als {present} angemeldet. Dieser Link meldet Sie als {other} an, an dessen Stelle in diesem Browser.',
    confirm: 'Weiter als {other}',
    stay: '{present} bleiben',
    failed: 'Die Anmeldung ist im Moment nicht möglich. Versuchen Sie es gleich noch einmal.',
  },
}
