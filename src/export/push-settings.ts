export type PushProtocol = 'grpc' | 'http/protobuf' | 'http/json';

export type PushSettings =
  | { readonly kind: 'off' }
  | {
      readonly kind: 'push';
      readonly protocol: PushProtocol;
      readonly url: string;
      readonly intervalMs: number;
      readonly timeoutMs: number;
    }
  /** One line per variable: what it holds and what was wanted. */
  | { readonly kind: 'refused'; readonly complaints: readonly string[] };

export type Env = Readonly<Record<string, string | undefined>>;

/**
 * The standard OTEL variables that say where, how and how often to push; off unless one of the endpoints is set.
 * Headers, compression and certificates are read from the environment by the SDK's exporter itself.
 */
export function readPushSettings(env: Env): PushSettings {
  const given = endpointOf(env);
  if (given === undefined) return { kind: 'off' };
  const complaints: string[] = [];
  const protocol = protocolOf(env, complaints);
  const url = urlOf(given, protocol, complaints);
  const intervalMs = millis(env, 'OTEL_METRIC_EXPORT_INTERVAL', 60_000, complaints);
  const timeoutMs = millis(env, 'OTEL_METRIC_EXPORT_TIMEOUT', 30_000, complaints);
  if (complaints.length > 0) return { kind: 'refused', complaints };
  return { kind: 'push', protocol, url, intervalMs, timeoutMs: Math.min(timeoutMs, intervalMs) };
}

interface Endpoint {
  readonly name: string;
  readonly text: string;
  readonly forMetrics: boolean;
}

function endpointOf(env: Env): Endpoint | undefined {
  for (const name of ['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT']) {
    const text = env[name]?.trim();
    if (text) return { name, text, forMetrics: name.includes('METRICS') };
  }
  return undefined;
}

function protocolOf(env: Env, complaints: string[]): PushProtocol {
  for (const name of ['OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL']) {
    const text = env[name]?.trim();
    if (!text) continue;
    if (text === 'grpc' || text === 'http/protobuf' || text === 'http/json') return text;
    complaints.push(`${name} is ${JSON.stringify(text)}, but should be grpc, http/protobuf or http/json`);
    break;
  }
  return 'http/protobuf';
}

/** The general HTTP endpoint is a base to which the signal's path is added; one for metrics is taken as it is. */
function urlOf(endpoint: Endpoint, protocol: PushProtocol, complaints: string[]): string {
  const { name, text, forMetrics } = endpoint;
  if (protocol === 'grpc' && /^[\w.-]+:\d+$/.test(text)) return text;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    complaints.push(`${name} is ${JSON.stringify(text)}, but should be a URL such as http://localhost:4318`);
    return '';
  }
  if (protocol === 'grpc' || forMetrics) return url.href;
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/metrics`;
  return url.href;
}

function millis(env: Env, name: string, otherwise: number, complaints: string[]): number {
  const text = env[name]?.trim();
  if (!text) return otherwise;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > 2_147_483_647) {
    complaints.push(
      `${name} is ${JSON.stringify(text)}, but should be a whole number of milliseconds above 0`,
    );
  }
  return value;
}
