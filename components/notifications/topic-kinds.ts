import type { ChannelView, TopicView } from '@/lib/billing/views/notifications-page'

/** Kinds that may be posted, by what they are about. */
export type TopicKinds = { topic: TopicView['topic']; kinds: ChannelView['kinds'] }
