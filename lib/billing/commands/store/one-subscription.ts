import type { OrganizationId, SubscriptionId } from '../../../ids'

export type OneSubscription = { organizationId: OrganizationId; subscriptionId: SubscriptionId }
export type NotFound = { code: 'not_found' }
