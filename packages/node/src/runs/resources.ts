import type { Disposable } from "@ssl3d/core";
import { availableParallelism } from "node:os";
import { createWorkerBatches, type WorkerBatches } from "../workers/create-worker-batches.js";
import type { ExampleRecipe } from "../workers/example-maker.js";
import { PREFETCH } from "./run-options.js";

/** What a run holds on to and lets go of at its end, also after an error: networks and data workers. */
export class Resources {
  readonly #networks: Disposable[] = [];
  readonly #sources: WorkerBatches[] = [];

  /** Takes charge of a network. */
  own<Network extends Disposable>(network: Network): Network {
    this.#networks.push(network);
    return network;
  }

  /** Starts data workers. */
  batches(recipe: ExampleRecipe, batchSize: number, workers: number): WorkerBatches {
    // More threads than cores make nothing faster and take memory each; batches do not depend on their number.
    const threads = Math.min(workers, availableParallelism());
    const source = createWorkerBatches({ recipe, batchSize, workers: threads, prefetch: PREFETCH });
    this.#sources.push(source);
    return source;
  }

  async release(): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.close()));
    for (const network of this.#networks.reverse()) network.dispose();
  }
}
