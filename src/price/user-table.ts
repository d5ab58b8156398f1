import type { Component } from '../domain/charge.ts';
import type { Period } from './card.ts';

/** The user's own prices, read and checked. Times are milliseconds since 1970. */
export interface UserTable {
  /** `table.id`, or the file's name. */
  readonly id: string;
  /** SHA-256 of the file's bytes. */
  readonly hash: string;
  readonly units: readonly UserUnit[];
  readonly aliases: readonly UserAlias[];
  readonly rows: readonly UserRow[];
  readonly adjustments: readonly UserAdjustment[];
}

export interface UserUnit {
  readonly unit: string;
  readonly attributes: readonly string[];
  /** Undefined takes the component of the span that reports it. */
  readonly component: Component | undefined;
  /** Counted in seconds of the span: alone (`is`), or as the factor of what the attribute says (`times`). */
  readonly duration: 'is' | 'times' | undefined;
  /** What the attribute, or the duration, is divided by: 1024 makes gigabytes of megabytes. */
  readonly over: number;
  /** By the user's file, not by Solvent. */
  readonly declared: boolean;
}

/** A discount, a markup or a rate of exchange: its own line beside what the tables ask. In the order of the file. */
export interface UserAdjustment {
  readonly label: string;
  /** Empty for any. */
  readonly provider: string;
  /** Pattern of names of models, tools or databases; lower case. */
  readonly name: string;
  readonly component: Component | undefined;
  /** The factor, in billionths: 880,000,000 is twelve per cent off. */
  readonly multiply: bigint;
  /** Milliseconds since 1970, from and before. */
  readonly from: number;
  readonly to: number;
}

export interface UserAlias {
  /** Empty for any. */
  readonly provider: string;
  readonly model: string;
  /** Region and deployment of a name that is bound to a place. */
  readonly as: {
    readonly provider: string;
    readonly model: string;
    readonly region?: string;
    readonly deployment?: string;
  };
}

export interface UserRow {
  readonly kind: 'model' | 'tool' | 'vector';
  /** Empty for any. */
  readonly provider: string;
  readonly patterns: readonly UserPattern[];
  readonly priceId: string;
  readonly periods: readonly Period[];
  /** Where it stands, for complaints. */
  readonly file: string;
  readonly line: number;
}

/** `dated` is a name with or without a snapshot date behind it. Text is lower case. */
export interface UserPattern {
  readonly kind: 'exact' | 'dated' | 'prefix' | 'glob';
  readonly text: string;
}
