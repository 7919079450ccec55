import { z } from "zod";

/** [lowest, highest]; the value is drawn evenly between them. */
export type Interval = [number, number];

/** Options as given: whatever is left out takes its default. */
export type Given<T> = {
  readonly [Key in keyof T]?: T[Key] extends readonly number[] | number | boolean ? T[Key] | undefined : Given<T[Key]> | undefined;
};

type Field<T> = z.ZodDefault<z.ZodType<T, T>>;

/** An interval to draw from; its ends are at least 0 unless `item` says otherwise. */
export function range(
  low: number,
  high: number,
  description: string,
  item: z.ZodType<number, number> = z.number().min(0),
): Field<Interval> {
  return z
    .tuple([item, item])
    .refine(([from, to]) => from <= to, { error: "expected the first number not to exceed the second" })
    .default([low, high])
    .describe(description);
}

/** A number of at least 0. */
export function amount(value: number, description: string): Field<number> {
  return z.number().min(0).default(value).describe(description);
}

/** A number from 0 to 1. */
export function probability(value: number, description: string): Field<number> {
  return z.number().min(0).max(1).default(value).describe(description);
}
