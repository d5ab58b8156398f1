import type { Sighting } from '../domain/twins.ts';

/** Sightings that are one call, put together two by two. What is not mentioned is alone, as almost every call is. */
export class Groups {
  readonly #parent = new Map<Sighting, Sighting>();
  readonly #members = new Map<Sighting, Sighting[]>();

  join(left: Sighting, right: Sighting): void {
    const [one, other] = [this.rootOf(left), this.rootOf(right)];
    if (one === other) return;
    const members = [...this.membersOf(one), ...this.membersOf(other)];
    this.#parent.set(other, one);
    this.#members.delete(other);
    this.#members.set(one, members);
  }

  areJoined(left: Sighting, right: Sighting): boolean {
    return this.rootOf(left) === this.rootOf(right);
  }

  membersOf(sighting: Sighting): readonly Sighting[] {
    const root = this.rootOf(sighting);
    return this.#members.get(root) ?? [root];
  }

  /** The groups of two and more. */
  ofSeveral(): Iterable<readonly Sighting[]> {
    return this.#members.values();
  }

  rootOf(sighting: Sighting): Sighting {
    let root = sighting;
    for (let up = this.#parent.get(root); up !== undefined; up = this.#parent.get(root)) root = up;
    return root;
  }
}
