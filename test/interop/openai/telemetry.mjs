/** The SDK and its OTLP exporter, as a program sets them up; the endpoint comes from the environment. */
import { context, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

export function startTelemetry(instrumentations) {
  const provider = new NodeTracerProvider({
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  registerInstrumentations({ instrumentations, tracerProvider: provider });
  return provider;
}

/** Runs the program below a span of its own, which is all that tells the session. */
export function answering(run) {
  const tracer = trace.getTracer('interop');
  return tracer.startActiveSpan('answer', async (span) => {
    span.setAttribute('session.id', process.env.INTEROP_SESSION);
    try {
      return await run(context.active());
    } finally {
      span.end();
    }
  });
}
