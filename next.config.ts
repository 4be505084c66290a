import type { NextConfig } from 'next'
import createNextIntlPlugin from 'next-intl/plugin'

const withMessages = createNextIntlPlugin('./components/messages/request.ts')

const config: NextConfig = {
  poweredByHeader: false,
  typedRoutes: true,
}

export default withMessages(config)
