import type { Component } from '../domain/charge.ts';
import type { Card } from './card.ts';

/** The user's own prices, read and checked. Times are milliseconds since 1970. */
export interface UserTable {
  /** `table.id`, or the file's name. */
  readonly id: string;
  /** SHA-256 of the file's bytes. */
  readonly hash: string;
  readonly units: readonly UserUnit[];
  readonly aliases: readonly UserAlias[];
  readonly rows: readonly UserRow[];
}

export interface UserUnit {
  readonly unit: string;
  readonly attributes: readonly string[];
  /** Undefined takes the component of the span that reports it. */
  readonly component: Component | undefined;
}

export interface UserAlias {
  /** Empty for any. */
  readonly provider: string;
  readonly model: string;
  readonly as: { readonly provider: string; readonly model: string };
}

export interface UserRow {
  readonly kind: 'model' | 'tool' | 'vector';
  /** Empty for any. */
  readonly provider: string;
  readonly patterns: readonly UserPattern[];
  readonly card: Card;
  readonly line: number;
}

/** `dated` is a name with or without a snapshot date behind it. Text is lower case. */
export interface UserPattern {
  readonly kind: 'exact' | 'dated' | 'prefix' | 'glob';
  readonly text: string;
}
