import { type Html, html } from './html.ts';

/** What a stranger sees first: how to send something. */
export const emptyState = ({
  grpcPort,
  httpPort,
}: {
  grpcPort: number;
  httpPort: number;
}): Html => html`<section>
<h2>Waiting for the first task</h2>
<p>No span has become a task yet. Point an OpenTelemetry exporter here; any agent that emits GenAI spans will do.</p>
<pre># OTLP over gRPC
export OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:${grpcPort}
export OTEL_EXPORTER_OTLP_PROTOCOL=grpc

# or OTLP over HTTP
export OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:${httpPort}
export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf</pre>
<p>Three attributes make the figures good. Set them on the span that starts a run:</p>
<pre>agent.session.id    which task this is; without it each trace is one
agent.type          whose cost it is
agent.task.outcome  solved, failed, abandoned or remediated; without it the root span&#39;s status tells</pre>
<p class="dim">A task shows up here some seconds after its root span has ended. To see it work at once, run <code>npm run demo</code>.</p>
</section>`;
