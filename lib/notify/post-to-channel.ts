import { SpanKind } from '@opentelemetry/api'
import type { ChannelRow } from '../billing/commands/store/channels'
import { type TracedWork, traced } from '../observe/trace'
import { openChatTarget } from './chat-target'
import type { Mail } from './mail'
import { type Posted, postChat } from './post-chat'

/** Posts to a chat as it is kept. A secret whose key is not at hand is the operator's to mend, and may be mended. */
export async function postToChannel(channel: ChannelRow, mail: Mail, { attributes, parent }: Pick<TracedWork, 'attributes' | 'parent'> = {}): Promise<Posted> {
  try {
    const target = openChatTarget(channel, channel.sealedTarget ?? '')
    return await traced('post chat', { kind: SpanKind.CLIENT, attributes: { ...attributes, 'headroom.service': channel.service }, parent }, async (span) => {
      const posted = await postChat(target, mail)
      span?.setAttribute('headroom.outcome', posted.state)
      return posted
    })
  } catch {
    return { state: 'unreachable', detail: 'its address cannot be opened without the key that has sealed it' }
  }
}
