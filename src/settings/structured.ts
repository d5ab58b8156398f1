import type { MicroUnits, UsdFemto, UsdPico } from '../domain/money.ts';
import { REPORTED_MODES, type ReportedCosts, type ReportedMode } from '../domain/policy.ts';
import { parseWindow, type Window } from '../domain/window.ts';
import { type Complain, type Given, type GivenEntry, shown } from './given.ts';
import { choice, decimal, type Folder, type Kind, listOf, refuse, text, word } from './kinds.ts';
import { nearest } from './nearest.ts';

export type OutcomeMode = 'root' | 'explicit';

export interface OutcomeSettings {
  readonly defaultMode: OutcomeMode;
  /** Agent type or glob to its mode. Without a prototype, so that no agent is called `constructor`. */
  readonly modes: Readonly<Record<string, OutcomeMode>>;
}

/** One rule of `remediation`: an amount, or minutes of a human; `hourly` alone only prices reported minutes. */
export interface RemediationSetting {
  /** For complaints. */
  readonly name: string;
  readonly taskType?: string;
  readonly agentType?: string;
  readonly cost?: UsdPico;
  readonly minutes?: MicroUnits;
  readonly hourly?: UsdFemto;
}

export interface DimensionSetting {
  readonly name: string;
  readonly from: readonly string[];
}

const mode = choice(['root', 'explicit']);
// The ledger keeps a rate per minute in 64 bits of femtodollars, which end at 553,000 dollars an hour.
export const hourlyUsd = decimal<UsdFemto>('dollars an hour, such as "90"', 15, 500_000);
const costUsd = decimal<UsdPico>('dollars, such as "10" or "0.25"', 12, 1_000_000);
const minutes = decimal<MicroUnits>('minutes, such as 30 or 7.5', 6, 1_000_000);

const reportedMode = choice(REPORTED_MODES);

export const reportedCosts: Kind<ReportedCosts> = {
  wanted:
    'a mapping {default: computed | reported | fallback, sources: {<provider, dialect or glob>: the same}}',
  structured: true,
  read(given, complain, from) {
    const fields = fieldsOf(given, ['default', 'sources'], reportedCosts.wanted, complain);
    if (fields === undefined) return undefined;
    const sources = new Map<string, ReportedMode>();
    const named = fields.get('sources');
    if (named !== undefined && named.shape !== 'map')
      return refuse(complain, `${named.name} is ${shown(named)}, but should be a mapping of providers`);
    for (const { key, value } of named?.entries ?? []) {
      const read = reportedMode.read(value, complain, from);
      if (read !== undefined) sources.set(key, read);
    }
    const given_ = fields.get('default');
    const defaultMode = given_ === undefined ? 'computed' : reportedMode.read(given_, complain, from);
    return defaultMode === undefined ? undefined : { defaultMode, sources };
  },
};

export const outcomes: Kind<OutcomeSettings> = {
  wanted: 'a mapping {default: root | explicit, agent_types: {<agent type or glob>: root | explicit}}',
  structured: true,
  read(given, complain, from) {
    const fields = fieldsOf(given, ['default', 'agent_types'], outcomes.wanted, complain);
    if (fields === undefined) return undefined;
    const modes: Record<string, OutcomeMode> = Object.create(null);
    const types = fields.get('agent_types');
    if (types !== undefined && types.shape !== 'map')
      return refuse(complain, `${types.name} is ${shown(types)}, but should be a mapping of agent types`);
    for (const { key, value } of types?.entries ?? []) {
      const read = mode.read(value, complain, from);
      if (read !== undefined) modes[key] = read;
    }
    const given_ = fields.get('default');
    const defaultMode = given_ === undefined ? 'root' : mode.read(given_, complain, from);
    return defaultMode === undefined ? undefined : { defaultMode, modes };
  },
};

const remediationRule: Kind<RemediationSetting> = {
  wanted: 'a rule {task_type?, agent_type?, cost_usd} or {task_type?, agent_type?, minutes, hourly_usd?}',
  structured: true,
  read(given, complain, from) {
    const known = ['task_type', 'agent_type', 'cost_usd', 'minutes', 'hourly_usd'];
    const fields = fieldsOf(given, known, remediationRule.wanted, complain);
    if (fields === undefined) return undefined;
    if (fields.has('cost_usd') && fields.has('minutes'))
      return refuse(complain, `${given.name} has cost_usd and minutes, but should have one of them`);
    if (!fields.has('cost_usd') && !fields.has('minutes') && !fields.has('hourly_usd'))
      return refuse(complain, `${given.name} has no cost, but should be ${remediationRule.wanted}`);
    const readers = { complain, from, fields };
    const rule: RemediationSetting = {
      name: given.name,
      ...fieldOf('taskType', text, 'task_type', readers),
      ...fieldOf('agentType', text, 'agent_type', readers),
      ...fieldOf('cost', costUsd, 'cost_usd', readers),
      ...fieldOf('minutes', minutes, 'minutes', readers),
      ...fieldOf('hourly', hourlyUsd, 'hourly_usd', readers),
    };
    // A rule that lacks what could not be read would be complained of again, for lacking it.
    return Object.keys(rule).length === fields.size + 1 ? rule : undefined;
  },
};

export const remediation = listOf(remediationRule, {
  wanted: 'a list of rules, first match wins',
  min: 0,
  max: 1000,
});

/** Names that already mean something beside a dimension: labels of the gauges and fields of `/cpst` rows. */
const TAKEN = new Set(
  (
    'agent_type task_type basis window component provider model outcome token_class tool status ' +
    'tasks cost_usd cpst_usd success_ratio reasoning_action_ratio lower_bound details'
  ).split(' '),
);

const dimensionName = word(
  'a label name of letters, digits and _ that has no meaning of its own, such as team',
  (given) => (/^(?!__)[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(given) && !TAKEN.has(given) ? given : undefined),
);

/** The attribute lists: the left-most attribute present wins. */
export const attributes = listOf(text, { wanted: 'a list of attribute names', min: 1, max: 64 });
/** The same where nobody need be told: an empty list reads nothing. */
export const attributesOrNone = listOf(text, { wanted: 'a list of attribute names', min: 0, max: 64 });

const dimension: Kind<DimensionSetting> = {
  wanted: 'a mapping {name, from: [attribute, ...]}',
  structured: true,
  read(given, complain, folder) {
    const fields = fieldsOf(given, ['name', 'from'], dimension.wanted, complain);
    if (fields === undefined) return undefined;
    const [name, from] = [fields.get('name'), fields.get('from')];
    if (name === undefined || from === undefined)
      return refuse(complain, `${given.name} is incomplete, but should be ${dimension.wanted}`);
    const readName = dimensionName.read(name, complain, folder);
    const readFrom = attributes.read(from, complain, folder);
    return readName === undefined || readFrom === undefined ? undefined : { name: readName, from: readFrom };
  },
};

export const dimensions = withoutRepeats(
  listOf(dimension, { wanted: 'a list of at most 8 dimensions', min: 0, max: 8 }),
  ({ name }) => name,
);

const oneWindow = word<Window>('a duration from 1m to 366d, such as 1h, 24h or 7d', (given) => {
  const window = parseWindow(given.trim());
  return window === undefined || window.ms < 60_000 || window.ms > 366 * 86_400_000 ? undefined : window;
});

export const windows = withoutRepeats(
  listOf(oneWindow, { wanted: 'a list of 1 to 8 durations, such as [1h, 24h, 7d]', min: 1, max: 8 }),
  ({ name }) => name,
);

function withoutRepeats<T>(kind: Kind<readonly T[]>, nameOf: (item: T) => string): Kind<readonly T[]> {
  return {
    ...kind,
    read(given, complain, from) {
      const items = kind.read(given, complain, from);
      const names = items?.map(nameOf) ?? [];
      const twice = names.find((name, index) => names.indexOf(name) !== index);
      return twice === undefined ? items : refuse(complain, `${given.name} names ${twice} twice`);
    },
  };
}

/** The fields of a mapping by name, without the empty ones; a key nobody knows is a complaint. */
export function fieldsOf(
  given: Given,
  known: readonly string[],
  wanted: string,
  complain: Complain,
): ReadonlyMap<string, Given> | undefined {
  if (given.shape !== 'map')
    return refuse(complain, `${given.name} is ${shown(given)}, but should be ${wanted}`);
  const unknown = given.entries.filter(({ key }) => !known.includes(key));
  for (const entry of unknown) complain(unknownKey(entry, known));
  const filled = given.entries.filter(({ value }) => value.shape !== 'nothing');
  return unknown.length > 0 ? undefined : new Map(filled.map(({ key, value }) => [key, value]));
}

/** One line for a key that does not exist, with the one that was probably meant. */
export function unknownKey({ key, value }: GivenEntry, known: readonly string[]): string {
  const meant = nearest(key, known);
  return `${value.name} is no setting${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

/** `{field: value}` where the field was given and could be read. */
export function fieldOf<N extends string, T>(
  field: N,
  kind: Kind<T>,
  key: string,
  by: { complain: Complain; from: Folder; fields: ReadonlyMap<string, Given> },
): { [K in N]?: T } {
  const given = by.fields.get(key);
  const value = given === undefined ? undefined : kind.read(given, by.complain, by.from);
  return value === undefined ? {} : ({ [field]: value } as { [K in N]?: T });
}
