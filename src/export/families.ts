import { COMMON_LABELS, OTHER, type ProductMetricName } from '../domain/product-metrics.ts';

/** A metric's series at one moment, before any exporter gives them a form. */
export interface Family {
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  readonly unit: string;
  readonly help: string;
  readonly points: readonly Point[];
}

export type Labels = Readonly<Record<string, string>>;

export interface Point {
  readonly labels: Labels;
  readonly value: number;
}

/** Collects points by metric. What has no value gives no series. */
export class Points {
  readonly #points = new Map<ProductMetricName, Point[]>();

  add(name: ProductMetricName, value: number | undefined, labels: Labels): void {
    if (value === undefined || !Number.isFinite(value)) return;
    const points = this.#points.get(name);
    if (points === undefined) this.#points.set(name, [{ labels, value }]);
    else points.push({ labels, value });
  }

  of(name: ProductMetricName): readonly Point[] {
    return this.#points.get(name) ?? [];
  }
}

/** Label names of a group, in the order of its values: agent type, task type, dimensions. */
export const groupLabelNames = (dimensions: readonly string[]): readonly string[] => [
  ...COMMON_LABELS,
  ...dimensions,
];

/**
 * A label value that every exporter writes the same way: half a surrogate pair becomes U+FFFD here, so that two
 * values which only differ there are one series and not two with one text.
 */
export const labelValue = (text: string): string => text.replace(LONE_SURROGATE, '\ufffd');

const LONE_SURROGATE = /\p{Surrogate}/gu;

export const labelsOf = (names: readonly string[], values: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));

export const otherValues = (values: readonly string[]): readonly string[] => values.map(() => OTHER);
