import { AsyncLocalStorage } from 'node:async_hooks'
import { type Attributes, type Context, type Link, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'

/**
 * Spans at our own seams: request, command, transaction, group commit, sweep, call of the payment provider, mail, chat and webhook. Without a collector
 * there is no tracer and no span. The tracer is no global one of OpenTelemetry: Next would write spans to it too, with addresses in which tokens stand.
 *
 * An attribute is a word that is known beforehand, a number or one of our ids: never what a customer has typed.
 */
export type Tracing = { tracer: Tracer; current: AsyncLocalStorage<Context> }

/** Once per process, though its module graph may exist twice (see `db/client.ts`). */
const TRACING = Symbol.for('headroom.observe.tracing')
const shared = globalThis as typeof globalThis & { [TRACING]?: Tracing | undefined }

export function setTracing(tracer: Tracer | null): void {
  shared[TRACING] = tracer ? { tracer, current: new AsyncLocalStorage() } : undefined
}

/** So that what only prepares a span is left out where there are none. */
export function isTracing(): boolean {
  return shared[TRACING] !== undefined
}

export type TracedWork = {
  kind?: SpanKind
  attributes?: Attributes
  /** A `traceparent` header or the like, from elsewhere; left out: what is being done now. */
  parent?: string | null | undefined
  /** When it began, by `performance.now()`, where that is before now. */
  startTime?: number | undefined
  /** Others that it is done for too. */
  links?: readonly Link[]
}

/** Does a piece of work under a span of its own. `work` may say more of it; what it throws is on the span by its kind, because messages name people. */
export function traced<Value>(name: string, options: TracedWork, work: (span?: Span) => Promise<Value>): Promise<Value> {
  const tracing = shared[TRACING]
  if (!tracing) return work()
  const { tracer, current } = tracing
  const { kind = SpanKind.INTERNAL, attributes = {}, links = [], startTime } = options
  const before = contextOf(options.parent) ?? current.getStore() ?? ROOT_CONTEXT
  const span = tracer.startSpan(name, { kind, attributes, links: [...links], ...(startTime !== undefined && { startTime }) }, before)
  return current.run(trace.setSpan(before, span), async () => {
    try {
      return await work(span)
    } catch (fault) {
      span.setStatus({ code: SpanStatusCode.ERROR })
      span.setAttribute('error.type', fault instanceof Error ? fault.name : 'unknown')
      throw fault
    } finally {
      span.end()
    }
  })
}

function presentSpan(): Span | undefined {
  const context = shared[TRACING]?.current.getStore()
  return context && trace.getSpan(context)
}

/** For the log. */
export function traceId(): string | undefined {
  return presentSpan()?.spanContext().traceId
}

/** So that another span can say that it was done for this one too. */
export function linkToPresent(): Link | undefined {
  const span = presentSpan()
  return span && { context: span.spanContext() }
}

/** What is done now, for whoever goes on with it elsewhere (W3C Trace Context). */
export function traceparent(): string | undefined {
  const link = linkToPresent()
  return link && writeTraceparent(link)
}

export function writeTraceparent({ context: { traceId, spanId, traceFlags } }: Link): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}

/** Version 00, and what later versions begin with. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/
const SAMPLED = 1
const HEX = 16

/** Undefined where it is none: then the trace is a new one. */
function contextOf(written: string | null | undefined): Context | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(written ?? '') ?? []
  if (!traceId || !spanId || !flags) return undefined
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number.parseInt(flags, HEX) & SAMPLED, isRemote: true })
}
