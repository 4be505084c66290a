import type { account as english } from '../en/account'
import type { MailTranslation } from '../translation'

export const account: MailTranslation<typeof english> = {
  invitation: {
    subject: '{inviter} lädt Sie zu {organization} ein',
    subjectUnnamed: 'Sie sind zu {organization} eingeladen',
    heading: '{organization} beitreten',
    body: '{inviter} lädt Sie ein, {organization} beizutreten. Ihre Rolle: {role}.',
    bodyUnnamed: 'Sie sind eingeladen, {organization} beizutreten. Ihre Rolle: {role}.',
    once: 'Der Link gilt einmal, bis {at}. Wenn Sie ihn nicht erwarten, ignorieren Sie diese E-Mail; es geschieht nichts.',
    action: 'Einladung annehmen',
  },
  roles: { owner: 'Inhaber', admin: 'Admin', billing: 'Rechnungsverwaltung', member: 'Mitglied' },
  passwordReset: {
    subject: 'Wählen Sie ein neues Passwort',
    heading: 'Wählen Sie ein neues Passwort',
    body: 'Jemand hat für {email} ein neues Passwort angefordert. Wenn Sie das nicht waren, ignorieren Sie diese E-Mail: Ihr Passwort bleibt, wie es ist.',
    once: 'Der Link gilt einmal, bis {at}. Ein neues Passwort meldet Sie überall sonst ab.',
    action: 'Neues Passwort wählen',
  },
  magicLink: {
    subject: 'Ihr Link zur Anmeldung bei {brand}',
    heading: 'Bei {brand} anmelden',
    body: 'Jemand hat einen Link zur Anmeldung als {email} angefordert. Wenn Sie das nicht waren, ignorieren Sie diese E-Mail; ohne den Link kommt niemand hinein.',
    once: 'Der Link gilt einmal, bis {at}. Geben Sie ihn nie weiter: Wer ihn öffnet, ist als Sie angemeldet.',
    action: 'Anmelden',
  },
  secondStep: {
    subject: {
      turned_on: 'Die Anmeldung in zwei Schritten ist an',
      turned_off: 'Die Anmeldung in zwei Schritten ist aus',
      app_removed: 'Codes vom Telefon sind aus',
      passkey_added: 'Ein Passkey wurde hinzugefügt',
      passkey_removed: 'Ein Passkey wurde entfernt',
      codes_renewed: 'Sie haben neue Wiederherstellungscodes',
      recovery_code_used: 'Ein Wiederherstellungscode wurde verwendet',
      taken_off: 'Der zweite Schritt der Anmeldung wurde entfernt',
    },
    body: {
      turned_on: 'Für die Anmeldung als {email} ist jetzt auch ein Code von Ihrem Telefon nötig. Überall sonst wurden Sie abgemeldet.',
      turned_off: 'Die Anmeldung als {email} besteht wieder aus einem Schritt: Wer das Passwort hat, kommt hinein.',
      app_removed: 'Für die Anmeldung als {email} ist kein Code vom Telefon mehr nötig. Ihre Passkeys bleiben.',
      passkey_added: 'Zu {email} wurde ein Passkey hinzugefügt. Mit ihm allein kommt man hinein, mit einem Passwort allein nicht mehr.',
      passkey_removed: 'Von {email} wurde ein Passkey entfernt. Mit ihm kommt niemand mehr hinein.',
      codes_renewed: 'Für {email} wurden neue Wiederherstellungscodes erzeugt. Mit den früheren kommt niemand mehr hinein.',
      recovery_code_used: 'Jemand hat einen Wiederherstellungscode von {email} anstelle eines Codes vom Telefon verwendet. Er gilt nicht mehr.',
      taken_off: 'Ein Betreiber hat den zweiten Schritt für {email} entfernt, wie bei einem verlorenen Telefon. Richten Sie ihn nach der Anmeldung neu ein.',
    },
    notYou: 'Wenn Sie das nicht waren, wählen Sie sofort ein anderes Passwort, beenden Sie in den Einstellungen alle Sitzungen und schreiben Sie uns.',
    action: 'Einstellungen öffnen',
  },
}
