import type { Random } from "@ssl3d/core";

/** One recorded draw: numpy's function, its arguments and what it gave. */
export type TapeEntry = readonly [name: string, parameters: readonly unknown[], value: number | boolean];

/** A stream that plays recorded draws back. */
export interface TapedRandom extends Random {
  /** Draws not asked for yet. */
  readonly remaining: number;
}

/**
 * Plays a tape of numpy draws in their order, whatever the stream is split into. Throws where the code draws something else
 * than was recorded: another kind, or another range.
 */
export function tapedRandom(tape: readonly TapeEntry[]): TapedRandom {
  let place = 0;
  const next = (wanted: string, names: readonly string[], range?: readonly [number, number]): number => {
    const entry = tape[place++];
    if (entry === undefined) throw new Error(`draw ${place}: the code asks for ${wanted}, but the tape has ended`);
    const [name, parameters, value] = entry;
    const numbers = parameters.map(Number);
    const recorded = numbers.length === 1 ? [0, numbers[0]] : numbers;
    const sameRange = range === undefined || recorded.length === 0 || range.every((bound, i) => bound === recorded[i]);
    if (!names.includes(name) || !sameRange) throw new Error(`draw ${place}: the code asks for ${wanted}, the tape has ${JSON.stringify(entry)}`);
    return Number(value);
  };
  const random: TapedRandom = {
    path: "tape",
    get remaining() {
      return tape.length - place;
    },
    split: () => random,
    uniform: (low = 0, high = 1) => next(`uniform(${low}, ${high})`, ["np.uniform", "np.rand"], [low, high]),
    integer: (low, high) => next(`integer(${low}, ${high})`, ["np.randint"], [low, high]),
    normal: () => {
      throw new Error("the original draws no normal numbers");
    },
    chance: (probability) => {
      // A choice between false and true is recorded as its outcome, others as the uniform number.
      const drawn = tape[place]?.[0] === "np.choice";
      const value = next(`chance(${probability})`, ["np.choice", "np.rand"]);
      return drawn ? value === 1 : value < probability;
    },
    pick: (items) => items[random.integer(0, items.length)]!,
    shuffle: () => {
      throw new Error("the original shuffles nothing here");
    },
  };
  return random;
}
