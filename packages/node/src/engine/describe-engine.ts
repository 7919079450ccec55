import type { Precision } from "@ssl3d/core";

/** What identifies an engine; runs made before threads were recorded have none. */
export interface EngineDescription {
  readonly name: string;
  readonly version: string;
  readonly precision: Precision;
  readonly threads?: number | null;
}

/** An engine in words, for logs: "onednn oneDNN 3.2.0, float32, 2 threads". */
export function describeEngine({ name, version, precision, threads = null }: EngineDescription): string {
  const count = threads === null ? "" : `, ${threads} thread${threads === 1 ? "" : "s"}`;
  return `${name} ${version}, ${precision}${count}`;
}
