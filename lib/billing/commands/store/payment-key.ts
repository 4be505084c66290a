import type { OrganizationId, PaymentId } from '../../../ids'

/** Which payment of whom. */
export type PaymentKey = { organizationId: OrganizationId; paymentId: PaymentId }
