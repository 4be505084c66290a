import type { ChatTarget } from './chat-target'
import type { Mail } from './mail'

/** The services' own limits, with room for an ellipsis. */
const SLACK_MAX = 3_900
const TELEGRAM_MAX = 4_000
const DISCORD = { title: 250, description: 4_000, fields: 20, name: 250, value: 1_000 }

/** What is posted: the words and figures of the mail, as each service shows them. Nothing in it can mention people or become markup. */
export function drawChat(target: ChatTarget, mail: Mail): Record<string, unknown> {
  switch (target.service) {
    case 'slack':
      return { text: cut(slackText(mail), SLACK_MAX), unfurl_links: false, unfurl_media: false }
    case 'discord':
      return { embeds: [discordEmbed(mail)], allowed_mentions: { parse: [] } }
    case 'telegram':
      // Without a parse mode, text is text.
      return { chat_id: target.chatId, text: cut(plainText(mail), TELEGRAM_MAX), link_preview_options: { is_disabled: true } }
  }
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`
}

const figuresOf = ({ facts, lines, totals }: Mail) => [...facts, ...lines, ...totals]

function plainText(mail: Mail): string {
  const { account, heading, paragraphs, action } = mail
  const figures = figuresOf(mail).map(({ term, value }) => (value === '' ? term : `${term}: ${value}`))
  return [heading, account, ...paragraphs, figures.join('\n'), `${action.label}: ${action.url}`].filter((part) => part !== '').join('\n\n')
}

function slackText(mail: Mail): string {
  const { account, heading, paragraphs, action } = mail
  const figures = figuresOf(mail).map(({ term, value }) => (value === '' ? escapeSlack(term) : `${escapeSlack(term)}: *${escapeSlack(value)}*`))
  return [
    `*${escapeSlack(heading)}*\n${escapeSlack(account)}`,
    ...paragraphs.map(escapeSlack),
    figures.join('\n'),
    `<${action.url}|${escapeSlack(action.label)}>`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** The three characters that begin markup, links and mentions there; a star that a name holds is shown as one that begins none. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('*', '∗')
}

function discordEmbed(mail: Mail) {
  const { account, heading, paragraphs, action } = mail
  return {
    title: cut(escapeDiscord(heading), DISCORD.title),
    url: action.url,
    description: cut([...paragraphs.map(escapeDiscord), `[${escapeDiscord(action.label)}](${action.url})`].join('\n\n'), DISCORD.description),
    fields: figuresOf(mail)
      .filter(({ value }) => value !== '')
      .slice(0, DISCORD.fields)
      .map(({ term, value }) => ({ name: cut(escapeDiscord(term), DISCORD.name), value: cut(escapeDiscord(value), DISCORD.value), inline: true })),
    footer: { text: cut(account, DISCORD.name) },
  }
}

function escapeDiscord(text: string): string {
  return text.replace(/[\\*_~`|>[\]#]/g, '\\$&')
}
