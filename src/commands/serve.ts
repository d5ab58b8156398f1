import { openLog } from '../telemetry/log.ts';
import { VERSION } from '../version.ts';
import { type CommandContext, readOptions } from './context.ts';
import {
  closeService,
  reloadOnHangUp,
  serviceOrComplaints,
  settingsOrComplaints,
  stopSignal,
} from './start.ts';

/** `solvent serve [--config FILE]`: prints one line with its addresses once it is ready. */
export async function serveCommand(context: CommandContext): Promise<number> {
  const { config } = readOptions('serve', context.args, { config: { type: 'string' } });
  const settings = await settingsOrComplaints(context, config);
  if (settings === undefined) return 1;
  const log = openLog({ level: settings.logLevel });
  const stop = stopSignal(context);
  const service = await serviceOrComplaints(context, settings, { log, env: context.env });
  if (service === undefined) return 1;
  reloadOnHangUp(context, service);
  const { otlpGrpc, otlpHttp, web } = service.addresses;
  context.write(
    `solvent ${VERSION} is ready: OTLP/gRPC on ${otlpGrpc}, OTLP/HTTP on ${otlpHttp}, pages and API on ${web}\n`,
  );
  const why = await Promise.race([stop, service.lost]);
  if (!(why instanceof Error)) {
    await closeService(service, log, why);
    return 0;
  }
  context.complain(why.message);
  await service
    .close()
    .catch((fault: unknown) => log.error({ err: fault }, 'not everything could be closed'));
  return 1;
}
