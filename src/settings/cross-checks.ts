import { priceMinutes } from '../domain/remediation.ts';
import type { Complain } from './given.ts';
import { type Settings, yamlName } from './table.ts';

/** What must hold between settings that are each right by themselves. Those that are not are absent. */
export function crossChecks(settings: Partial<Settings>, complain: Complain): void {
  portsDiffer(settings, complain);
  minutesHaveRates(settings, complain);
  const { chargesKeep, lateWindow } = settings;
  // Spans that join a trace need its lines.
  if (chargesKeep !== undefined && chargesKeep !== 0 && lateWindow !== undefined && chargesKeep < lateWindow)
    complain(
      `charges_keep is ${chargesKeep} ms, but should be 0ms (for ever) or at least late_window, which is ${lateWindow} ms`,
    );
  if (settings.journal === 'database' && settings.databaseUrl === undefined)
    complain('journal is database, but should be disk where there is no database_url (SOLVENT_DATABASE_URL)');
  const [all, one] = [settings.inflightBytesMax, settings.bodyBytesMax];
  if (all !== undefined && one !== undefined && all < one)
    complain(`inflight_bytes_max is ${all} bytes, but should be at least body_bytes_max, which is ${one}`);
}

function portsDiffer(settings: Partial<Settings>, complain: Complain): void {
  const names = ['otlpGrpcPort', 'otlpHttpPort', 'webPort'] as const;
  names.forEach((name, index) => {
    const port = settings[name];
    const other = names.slice(0, index).find((one) => settings[one] === port);
    // 0 is no port of its own: each picks a free one.
    if (other !== undefined && port !== undefined && port !== 0)
      complain(`${yamlName(name)} is ${port}, but should be another port than ${yamlName(other)}`);
  });
}

function minutesHaveRates(settings: Partial<Settings>, complain: Complain): void {
  for (const { name, minutes, hourly } of settings.remediation ?? []) {
    const rate = hourly ?? settings.remediationHourlyUsd;
    if (minutes === undefined) continue;
    if (rate === undefined)
      complain(
        `${name} has minutes without a rate, but should have hourly_usd (or set remediation_hourly_usd)`,
      );
    else if (priceMinutes(minutes, rate) === undefined)
      complain(`${name} costs more than 9.2 million dollars, but should cost less`);
  }
}
