import { watchTransactions } from '../../db/client'
import { setTracing, traced, traceparent } from './trace'

type Limits = {
  /** More are dropped and not waited for: a collector that is away costs this much memory. */
  spansKept: number
  sendEveryMs: number
  answersWithinMs: number
}
const LIMITS: Limits = { spansKept: 2_048, sendEveryMs: 5_000, answersWithinMs: 5_000 }
const SPANS_SENT_AT_ONCE = 512

export type Traces = {
  /** Sends what is left, for as long as a collector may take to answer. */
  close(): Promise<void>
}

/**
 * Sends spans to a collector by OTLP over HTTP where `OTEL_EXPORTER_OTLP_ENDPOINT` names one. The SDK is loaded only then. It also reads the other
 * standard variables: `OTEL_SERVICE_NAME`, `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`.
 */
export async function openTraces(service: 'web' | 'worker', limits: Partial<Limits> = {}): Promise<Traces> {
  if (!process.env.OTEL_EXPORTER_OTLP_ENDPOINT) return { close: async () => {} }
  const { spansKept, sendEveryMs, answersWithinMs } = { ...LIMITS, ...limits }
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }, { defaultResource, resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ])
  const named = resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME || `headroom-${service}` })
  const exporter = new OTLPTraceExporter({ timeoutMillis: answersWithinMs })
  const processor = new BatchSpanProcessor(exporter, {
    maxQueueSize: spansKept,
    maxExportBatchSize: Math.min(SPANS_SENT_AT_ONCE, spansKept),
    scheduledDelayMillis: sendEveryMs,
    exportTimeoutMillis: answersWithinMs,
  })
  const provider = new NodeTracerProvider({ resource: defaultResource().merge(named), spanProcessors: [processor] })
  setTracing(provider.getTracer('headroom'))
  watchTransactions((role, work) => traced('transaction', { attributes: { 'db.system.name': 'postgresql', 'headroom.role': role } }, () => work(traceparent())))
  return {
    async close() {
      watchTransactions(undefined)
      setTracing(null)
      await provider.shutdown().catch(() => {}) // What could not be sent is lost, which is all that it is.
    },
  }
}
