import { badOption } from "./errors.js";

/** What the option parser found, by camelCased name. */
export type Options = Readonly<Record<string, unknown>>;

/** The text of an option, or undefined where it is not given. */
export function text(options: Options, name: string): string | undefined {
  const value = single(options, name);
  if (value === undefined) return undefined;
  if (typeof value === "string") return value;
  throw badOption(flag(name), "one value", value);
}

/** The texts of an option that may be given several times. */
export function texts(options: Options, name: string): string[] {
  const value = options[name];
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** The text of an option that must be given. */
export function requiredText(options: Options, name: string, meaning: string): string {
  const value = text(options, name);
  if (value === undefined || value === "") throw badOption(flag(name), meaning, value ?? null);
  return value;
}

/** A whole number of at least `minimum`. */
export function integer(options: Options, name: string, minimum: number): number | undefined {
  const value = number(options, name);
  if (value !== undefined && (!Number.isInteger(value) || value < minimum))
    throw badOption(flag(name), `a whole number of at least ${minimum}`, value);
  return value;
}

/** A number. */
export function number(options: Options, name: string): number | undefined {
  const value = single(options, name);
  if (value === undefined) return undefined;
  const result = typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
  if (!Number.isFinite(result)) throw badOption(flag(name), "a number", value);
  return result;
}

/** Positive numbers, one per axis: "64,64,48"; a single "64" stands for each axis of a 3D volume. */
export function axes(options: Options, name: string): number[] | undefined {
  const value = text(options, name);
  if (value === undefined) return undefined;
  const parts = value.split(",").map(Number);
  const valid = parts.length <= 3 && parts.every((part) => Number.isFinite(part) && part > 0);
  if (!valid) throw badOption(flag(name), "one number, or one per axis with commas, such as 64,64,48", value);
  return parts.length === 1 ? [parts[0]!, parts[0]!, parts[0]!] : parts;
}

/** Whether a switch is on. */
export function isOn(options: Options, name: string): boolean {
  return options[name] === true;
}

function single(options: Options, name: string): unknown {
  const value = options[name];
  if (Array.isArray(value)) throw badOption(flag(name), "it to be given once", value);
  return value;
}

function flag(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Whole numbers with commas: "0,1,2". */
export function labelList(options: Options, name: string): number[] | undefined {
  const value = text(options, name);
  if (value === undefined) return undefined;
  const numbers = value.split(",").map(Number);
  if (!numbers.every((label) => Number.isInteger(label) && label >= 0))
    throw badOption(flag(name), "whole numbers with commas, such as 0,1,2", value);
  return numbers;
}
