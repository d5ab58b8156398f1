/** The SDK and its OTLP exporter, as a program sets them up; the endpoint comes from the environment. */
import { createRequire } from 'node:module';
import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

/** Returns what ends it: everything is sent by then. */
export function startTelemetry(instrumentations) {
  const provider = new NodeTracerProvider({
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  registerInstrumentations({ instrumentations, tracerProvider: provider });
  return () => provider.shutdown();
}

/** OpenLIT sets its own SDK up. Its prices would come from the network. */
export function startOpenlit(instrumentations) {
  const { default: openlit } = createRequire(import.meta.url)('openlit');
  openlit.init({
    pricingJson: '{"chat": {}}',
    instrumentations,
    disableMetrics: true,
    disableEvents: true,
    applicationName: 'interop',
  });
  return () => trace.getTracerProvider().getDelegate().shutdown();
}

/** Runs the program below a span of its own, which is all that tells the session. */
export function answering(run) {
  return trace.getTracer('interop').startActiveSpan('answer', async (span) => {
    span.setAttribute('session.id', process.env.INTEROP_SESSION);
    try {
      return await run();
    } finally {
      span.end();
    }
  });
}
