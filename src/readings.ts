import { randomUUID } from 'node:crypto';
import { type Export, openExport } from './export/export.ts';
import type { House } from './house.ts';
import type { Rooms } from './pipeline.ts';
import type { Admission } from './receive/admission.ts';
import type { SelfMetrics } from './telemetry/registry.ts';
import { VERSION } from './version.ts';

/** The gauges: scraped through the page that is returned, pushed where an endpoint is set. */
export async function openReadings(
  { settings, log, clock, env, closers, self, prices, store, fitness }: House,
  { rooms, admission }: { readonly rooms: Rooms; readonly admission: Admission },
): Promise<Export['metricsPage']> {
  const { measure } = self;
  const read: SelfMetrics['read'] = () => {
    measure('spans_pending', rooms.openTraces.spans, {});
    measure('bytes_in_flight', admission.bytes, {});
    measure('failing', fitness.journalFault() === undefined ? 0 : 1, { part: 'journal' });
    measure('failing', fitness.ledgerFault() === undefined ? 0 : 1, { part: 'ledger' });
    measure('journal_segments', store.journal.segments(), {});
    measure('price_table_age_seconds', prices.ageMs(clock.now()) / 1000, {});
    return self.read();
  };
  const exporter = openExport({
    reads: store.ledger,
    windows: settings.windows,
    dimensions: settings.dimensions.map((dimension) => dimension.name),
    seriesMax: settings.seriesMax,
    selfMetrics: { read, measure },
    clock,
    env,
    version: VERSION,
    pushes: store.keeper.keeps,
    instanceId: randomUUID(),
    pushedAs: store.id,
    log,
  });
  closers.add(() => exporter.close());
  await exporter.start();
  return exporter.metricsPage;
}
