/** Values by key, made at their first use. Of more than `capacity` the one that was not used for longest is dropped. */
export class RecentlyUsed<Value> {
  readonly #capacity: number;
  readonly #drop: (value: Value) => void;
  /** In the order of their last use. */
  readonly #values = new Map<string, Value>();

  constructor(capacity: number, drop: (value: Value) => void) {
    this.#capacity = capacity;
    this.#drop = drop;
  }

  /** `make` may ask for other values. */
  get(key: string, make: () => Value): Value {
    const known = this.#values.has(key);
    const value = known ? (this.#values.get(key) as Value) : make();
    if (known) this.#values.delete(key);
    else if (this.#values.size >= this.#capacity) this.#dropOldest();
    this.#values.set(key, value);
    return value;
  }

  /** Drops all. */
  clear(): void {
    for (const value of this.#values.values()) this.#drop(value);
    this.#values.clear();
  }

  #dropOldest(): void {
    const [[key, value]] = this.#values as unknown as [[string, Value]];
    this.#values.delete(key);
    this.#drop(value);
  }
}
