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
}
