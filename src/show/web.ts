import { type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import type { Auditor, Verifier } from '../domain/audit.ts';
import type { Backups } from '../domain/backup.ts';
import type { LedgerReads } from '../domain/ledger-reads.ts';
import type { Repricer } from '../domain/repricing.ts';
import type { Window } from '../domain/window.ts';
import { bindFault } from '../lib/bind-fault.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { bindRoutes, refuseOtherMethods } from './bind.ts';
import { answerClientError, answerError, answerNotFound } from './errors.ts';
import { addPages } from './page-route.ts';
import type { Route } from './route.ts';
import { backupRoutes } from './routes-backups.ts';
import { cpstRoute } from './routes-cpst.ts';
import { exportRoutes } from './routes-export.ts';
import { type HealthParts, healthRoutes } from './routes-health.ts';
import { type OutcomesSink, outcomesRoute } from './routes-outcomes.ts';
import { type Pricing, pricesRoute } from './routes-prices.ts';
import { repricingRoutes } from './routes-repricing.ts';
import { tasksRoutes } from './routes-tasks.ts';
import { verifyRoutes } from './routes-verify.ts';
import { openStreams } from './streams.ts';

export interface WebSettings {
  readonly reads: LedgerReads;
  readonly pricing: Pricing;
  readonly repricer: Repricer;
  readonly backups: Pick<Backups, 'start' | 'made'>;
  readonly auditor: Auditor;
  readonly verifier: Verifier;
  /** See HealthParts. */
  readonly replicas?: HealthParts['replicas'];
  readonly reportOutcomes: OutcomesSink['reportOutcomes'];
  readonly metricsPage: (accept: string | undefined) => Promise<{
    readonly status: number;
    readonly contentType: string;
    readonly body: string;
  }>;
  /** `why` says what is waited for. */
  readonly ready: () => { readonly ready: boolean; readonly why: string };
  readonly windows: readonly Window[];
  /** Names of the configured dimensions. */
  readonly dimensions: readonly string[];
  /** Where senders reach the service, as the page tells them. */
  readonly otlp?: { readonly grpcPort: number; readonly httpPort: number };
  readonly clock: Clock;
  readonly version: string;
  readonly log: Log;
}

export interface Web {
  /** Port 0 picks a free one; the answer says which. Rejects where the port is taken. */
  listen(where: { readonly host: string; readonly port: number }): Promise<{ readonly port: number }>;
  /** Answers what is under way, then lets go of the port. */
  close(): Promise<void>;
}

/** The reading side: API, pages, `/metrics`, `/healthz` and `/readyz`. */
export function openWeb(settings: WebSettings): Web {
  const app = newServer(settings.log);
  addRoutes(app, settings);
  return {
    async listen({ host, port }) {
      await app.listen({ host, port }).catch((fault: unknown) => {
        throw bindFault(
          { transport: 'the reading side', setting: 'SOLVENT_WEB_PORT' },
          { host, port },
          fault,
        );
      });
      const address = app.server.address();
      return { port: typeof address === 'object' && address !== null ? address.port : port };
    },
    close: () => app.close(),
  };
}

export const BODY_BYTES_MAX = 1_048_576;

/** A task id of 1024 bytes, each of them percent-encoded, with room to spare. */
const PATH_PART_MAX = 4096;

function newServer(log: Log): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: PATH_PART_MAX },
    frameworkErrors: (error, _request, reply) => answerError(error, reply, log),
    clientErrorHandler: answerClientError,
  });
  // A page of another site may send text/plain without asking first; JSON it may not.
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(SAFE_HEADERS);
  });
  app.setErrorHandler((error, _request, reply) => answerError(error, reply, log));
  app.setNotFoundHandler((request, reply) => answerNotFound(request, reply));
  return app;
}

const SAFE_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

function addRoutes(app: FastifyInstance, settings: WebSettings): void {
  const { reads, pricing, repricer, auditor, verifier, backups, dimensions, clock } = settings;
  const routes = [
    outcomesRoute(settings),
    ...tasksRoutes(reads, dimensions),
    cpstRoute(settings),
    ...healthRoutes({ reads, pricing, clock, replicas: settings.replicas }),
    pricesRoute(pricing, clock),
    ...repricingRoutes(repricer),
    ...exportRoutes(auditor),
    ...verifyRoutes(verifier),
    ...backupRoutes(backups),
  ];
  const streams = openStreams();
  app.addHook('preClose', async () => streams.cut());
  bindRoutes(app, routes, streams);
  addDocument(app, settings, routes);
  addPlain(app, settings);
  addPages(app, settings);
  for (const path of ['/api/v1/openapi.json', '/healthz', '/readyz', '/metrics', '/', '/tasks/:id'])
    refuseOtherMethods(app, path, 'GET');
}

function addDocument(
  app: FastifyInstance,
  { dimensions, version }: WebSettings,
  routes: readonly Route[],
): void {
  let document: Promise<object> | undefined;
  app.get('/api/v1/openapi.json', async (_request, reply) => {
    document ??= import('./document/document.ts').then(({ openApiDocument }) =>
      openApiDocument({ routes, dimensions, version }),
    );
    return sendJson(reply, 200, await document);
  });
}

/** What machines read that is no part of the API. */
function addPlain(app: FastifyInstance, { metricsPage, ready, version }: WebSettings): void {
  app.get('/healthz', (_request, reply) => sendJson(reply, 200, { status: 'ok', version }));
  app.get('/readyz', (_request, reply) => {
    const state = ready();
    return sendJson(reply, state.ready ? 200 : 503, state);
  });
  app.get('/metrics', async (request, reply) => {
    const { status, contentType, body } = await metricsPage(request.headers.accept);
    return reply.code(status).type(contentType).send(body);
  });
}

const sendJson = (reply: FastifyReply, status: number, json: object): FastifyReply =>
  reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(json));
