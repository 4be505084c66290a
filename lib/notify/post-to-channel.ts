import type { ChannelRow } from '../billing/commands/store/channels'
import { openChatTarget } from './chat-target'
import type { Mail } from './mail'
import { type Posted, postChat } from './post-chat'

/** Posts to a chat as it is kept. A secret whose key is not at hand is the operator's to mend, and may be mended. */
export async function postToChannel(channel: ChannelRow, mail: Mail): Promise<Posted> {
  try {
    return await postChat(openChatTarget(channel, channel.sealedTarget ?? ''), mail)
  } catch {
    return { state: 'unreachable', detail: 'its address cannot be opened without the key that has sealed it' }
  }
}
