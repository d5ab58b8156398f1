import type { UsdFemto, UsdPico } from './money.ts';

/** List prices that came out longer ago than this are told of: half of the models of a list change within a year. */
export const STALE_AFTER_DAYS = 45;

/** How tasks get their outcome, and when they are looked at again. Built once from the settings. */
export interface Policy {
  /** `root`: the root span's status tells, unless an outcome is reported. `explicit`: stays open until told. */
  outcomeMode(agentType: string): 'root' | 'explicit';
  /** What one failed task of this kind is imputed; undefined where no rule matches. */
  imputedRemediation(task: TaskKind): UsdPico | undefined;
  /** What an hour of a human costs on such a task: the first matching rule that names a rate, else the general rate. */
  hourlyRate(task: TaskKind): UsdFemto | undefined;
  /** Which of two costs of a call counts where its emitter reports one. */
  reportedCost(source: ReportedSource): ReportedMode;
  /** Milliseconds without news of a task after which its roots decide. */
  readonly taskQuietMs: number;
  /** Milliseconds without news after which a trace's top-most spans count as its roots. */
  readonly orphanRootMs: number;
  /** Milliseconds after its last news at which an open task counts as abandoned. */
  readonly openTaskMaxMs: number;
}

/** `fallback`: the computed one, but where that is unknown the reported one. */
export const REPORTED_MODES = ['computed', 'reported', 'fallback'] as const;
export type ReportedMode = (typeof REPORTED_MODES)[number];

/** Who reports a cost: the provider that the span names, and the dialect that it was read by. */
export interface ReportedSource {
  readonly provider: string;
  readonly dialect: string;
}

export interface ReportedCosts {
  readonly defaultMode: ReportedMode;
  /** Provider or dialect, or a glob, to its mode; the provider's word first, and of globs the first. */
  readonly sources: ReadonlyMap<string, ReportedMode>;
}

/** Gateways that choose among providers: only they know whose price was paid. */
export const GATEWAYS: readonly string[] = ['openrouter', 'requesty', 'gateway', 'vercel*'];

export interface TaskKind {
  readonly agentType: string;
  readonly taskType: string;
}

export interface RemediationRule {
  /** Glob, `*` any run of characters; undefined matches every one. */
  readonly taskType?: string;
  readonly agentType?: string;
  /** What a failed task costs a human. */
  readonly cost?: UsdPico;
  readonly hourly?: UsdFemto;
}

export interface PolicySettings {
  readonly defaultMode: 'root' | 'explicit';
  /** Agent type, or a glob, to its mode. An exact name beats a glob; of globs the first. */
  readonly modes: Readonly<Record<string, 'root' | 'explicit'>>;
  readonly remediation: readonly RemediationRule[];
  readonly hourly: UsdFemto | undefined;
  readonly taskQuietMs: number;
  readonly orphanRootMs: number;
  readonly openTaskMaxMs: number;
  /** Computed unless told, and reported for GATEWAYS. */
  readonly reportedCosts?: ReportedCosts;
}

export function openPolicy(settings: PolicySettings): Policy {
  // Not by name in an object: every object has a `constructor`, and agents may be called so.
  const exact = new Map(Object.entries(settings.modes));
  const globs = Object.entries(settings.modes).map(([glob, mode]) => ({ matches: globOf(glob), mode }));
  const rules = settings.remediation.map((rule) => ({
    ...rule,
    matches: bothOf(globOf(rule.taskType ?? '*'), globOf(rule.agentType ?? '*')),
  }));
  return {
    taskQuietMs: settings.taskQuietMs,
    orphanRootMs: settings.orphanRootMs,
    openTaskMaxMs: settings.openTaskMaxMs,
    outcomeMode: (agentType) =>
      exact.get(agentType) ?? globs.find((one) => one.matches(agentType))?.mode ?? settings.defaultMode,
    imputedRemediation: (task) => rules.find((rule) => rule.matches(task) && rule.cost !== undefined)?.cost,
    reportedCost: openReportedCosts(settings.reportedCosts),
    hourlyRate: (task) =>
      rules.find((rule) => rule.matches(task) && rule.hourly !== undefined)?.hourly ?? settings.hourly,
  };
}

function openReportedCosts(given: ReportedCosts | undefined): Policy['reportedCost'] {
  const modes = new Map<string, ReportedMode>(given?.sources ?? []);
  for (const gateway of GATEWAYS) if (!modes.has(gateway)) modes.set(gateway, 'reported');
  const rules = [...modes].map(([glob, mode]) => ({ matches: globOf(glob.toLowerCase()), mode }));
  const modeOf = (name: string): ReportedMode | undefined =>
    name === '' ? undefined : rules.find(({ matches }) => matches(name.toLowerCase()))?.mode;
  return ({ provider, dialect }) => modeOf(provider) ?? modeOf(dialect) ?? given?.defaultMode ?? 'computed';
}

const bothOf =
  (taskType: (text: string) => boolean, agentType: (text: string) => boolean) => (task: TaskKind) =>
    taskType(task.taskType) && agentType(task.agentType);

/**
 * `coder-*` as a predicate. Built at construction, never per span. Each part is looked for once, from where the one
 * before it ended: names come from senders, and a pattern of several stars could be made to take minutes over one.
 */
export function globOf(glob: string): (text: string) => boolean {
  const [head = '', ...others] = glob.split('*');
  const tail = others.pop();
  if (tail === undefined) return (text) => text === glob;
  return (text) => {
    const end = text.length - tail.length;
    if (end < head.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
    let at = head.length;
    for (const part of others) {
      const found = text.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}
