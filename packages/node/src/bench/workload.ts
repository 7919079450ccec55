import type { Disposable } from "@ssl3d/core";

/** Something to measure on the current engine. */
export interface Workload extends Disposable {
  /** Floating-point operations of one run: multiplications and additions of convolutions and matrix products. */
  readonly operations: number;
  /** Trained numbers; peers build the same network, so theirs must agree. */
  readonly parameters: number;
  /** Runs once and waits for the result. */
  run(): void;
}

/** A network with its sizes, for programs that build the same one in another framework: tools/peers. */
export type NetworkDescription = Readonly<Record<string, number | string>> & { readonly name: string };

/** A workload that can be built on any engine. */
export interface WorkloadPlan {
  readonly name: string;
  /** One line: network, size, batch. */
  readonly summary: string;
  /** None where peers have no such thing. */
  readonly network?: NetworkDescription;
  /** Builds it on tfjs' current backend. */
  build(): Workload;
}
