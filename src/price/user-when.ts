import { isZone, type Schedule, scheduleOf, WEEKDAYS } from './schedule.ts';
import { CONTEXT_BASES, type ContextBasis } from './tiers.ts';
import type { When } from './when.ts';
import { type Spot, sourceOf, type YamlReader } from './yaml-reader.ts';

const SELECTORS = ['service_tier', 'region', 'deployment', 'schedule'];

/** Which calls a rate is for. `standard` is the tier of a rate that names none. */
export function readWhen(reader: YamlReader, spot: Spot | undefined): When {
  const fields = spot && reader.fields(spot, SELECTORS);
  if (fields === undefined) return {};
  const text = (name: string): string | undefined => {
    const at = fields.get(name);
    return at && reader.text(at, `a ${name}, or "*"`)?.trim().toLowerCase();
  };
  const tier = text('service_tier');
  const regionAt = fields.get('region');
  const regions =
    regionAt && reader.texts(regionAt, 'a region, or "*"').map((one) => one.trim().toLowerCase());
  const region = regions?.join('|') || undefined;
  const deployment = text('deployment');
  const at = fields.get('schedule');
  const schedule = at && readSchedule(reader, at);
  return {
    ...(tier !== undefined && tier !== 'standard' && { tier }),
    ...(region !== undefined && { region }),
    ...(deployment !== undefined && deployment !== '*' && { deployment }),
    ...(schedule !== undefined && { schedule }),
  };
}

function readSchedule(reader: YamlReader, spot: Spot): Schedule | undefined {
  const fields = reader.fields(spot, ['tz', 'days', 'hours']);
  if (fields === undefined) return undefined;
  const [tzAt, daysAt, hoursAt] = [fields.get('tz'), fields.get('days'), fields.get('hours')];
  if (tzAt === undefined)
    return reader.complain(spot, 'must name its time zone: tz: UTC, or tz: Asia/Shanghai');
  const zone = reader.text(tzAt, 'a time zone such as UTC or Asia/Shanghai');
  if (zone !== undefined && !isZone(zone))
    return reader.complain(tzAt, `must be a time zone such as UTC or Asia/Shanghai, not "${zone}"`);
  const before = reader.complaints.length;
  const days = daysAt === undefined ? WEEKDAYS : daysIn(reader, daysAt);
  const hours = hoursAt === undefined ? [[0, 1440] as const] : hoursIn(reader, hoursAt);
  if (zone === undefined || reader.complaints.length > before) return undefined;
  return scheduleOf(zone, days, hours);
}

const daysIn = (reader: YamlReader, at: Spot) =>
  reader.spots(at).flatMap((spot) => reader.choice(spot, WEEKDAYS) ?? []);

const HOURS = /^([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/;

function hoursIn(reader: YamlReader, at: Spot): (readonly [number, number])[] {
  return reader.spots(at).flatMap((spot) => {
    const match = HOURS.exec(sourceOf(spot.node) ?? '');
    const [from, to] = [
      Number(match?.[1]) * 60 + Number(match?.[2]),
      Number(match?.[3]) * 60 + Number(match?.[4]),
    ];
    if (match === null || from >= 1440 || to > 1440 || from === to)
      return (
        reader.complain(spot, 'must be hours such as "09:00-18:00"; "22:00-06:00" runs into the next day') ??
        []
      );
    return [[from, to] as const];
  });
}

/** `whole` puts all of a request into one tier; `marginal` only what lies above the threshold, class by class. */
export function readContext(reader: YamlReader, spot: Spot | undefined): ContextBasis {
  const fields = spot && reader.fields(spot, ['basis', 'mode']);
  const [basisAt, modeAt] = [fields?.get('basis'), fields?.get('mode')];
  const mode = modeAt && reader.choice(modeAt, ['whole', 'marginal']);
  if (mode === 'marginal') {
    if (basisAt !== undefined) reader.choice(basisAt, ['each']);
    return 'each';
  }
  const basis = basisAt && reader.choice(basisAt, CONTEXT_BASES.slice(0, 2));
  return basis ?? 'prompt_total';
}

export function readValidity(reader: YamlReader, spot: Spot | undefined): readonly [number, number] {
  const fields = spot && reader.fields(spot, ['from', 'to', 'confidence']);
  const [fromAt, toAt] = [fields?.get('from'), fields?.get('to')];
  const from = (fromAt && reader.time(fromAt)) ?? -Infinity;
  const to = (toAt && reader.time(toAt)) ?? Infinity;
  if (to <= from) reader.complain(spot!, 'must end after it begins: `from` holds, `to` no longer does');
  return [from, to];
}
