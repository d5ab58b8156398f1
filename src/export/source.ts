import type { Family, Labels } from './families.ts';

/** What both ways out read; see export.ts. */
export interface Source {
  readonly version: string;
  readonly instanceId: string;
  readonly now: () => number;
  /** Rejects where the ledger cannot be read. */
  readonly read: () => Promise<readonly Family[]>;
}

/** Who measures. */
export const resourceOf = ({ version, instanceId }: Source): Labels => ({
  'service.name': 'solvent',
  'service.version': version,
  'service.instance.id': instanceId,
});
