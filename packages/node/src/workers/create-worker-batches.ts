import { createRandom, stackExamples, type BatchSource, type Example, type HostBatch } from "@ssl3d/core";
import { createExampleOrder } from "./example-order.js";
import { openExampleMaker, type ExampleRecipe } from "./example-maker.js";
import { packExampleError, unpackError } from "./protocol.js";
import { startWorkerPool } from "./worker-pool.js";

/** How batches are made. The batches depend on the recipe and the batch size alone, never on the other fields. */
export interface WorkerBatchesRequest {
  readonly recipe: ExampleRecipe;
  readonly batchSize: number;
  /** Threads; 0 makes examples in the caller's own thread. */
  readonly workers: number;
  /** Batches that are made ahead. */
  readonly prefetch: number;
}

/** Batches made by data workers. */
export interface WorkerBatches<E extends Example = Example> extends BatchSource<E> {
  /** Seconds that callers of `batch` have waited in all. */
  readonly waitedSeconds: number;
  /** Ends the workers; call when done, also after an error. */
  close(): Promise<void>;
}

/**
 * Makes batches in worker threads, ahead of the training loop. Batch k holds the examples k * batchSize and on; example n
 * is made of a case that the recipe's seed and n decide, with a random stream of its own, so the result does not depend on
 * the number of workers. Each case stays with one worker, so that the workers' caches hold different volumes.
 */
export function createWorkerBatches<E extends Example = Example>(request: WorkerBatchesRequest): WorkerBatches<E> {
  const { recipe, batchSize } = request;
  const { make, close } = request.workers === 0 ? inThisThread(recipe) : inThreads(recipe, request.workers);
  const caseOf = createExampleOrder(recipe.cases.length, createRandom(recipe.seed));
  const prefetch = request.workers === 0 ? 0 : request.prefetch;
  const started = new Map<number, Promise<HostBatch<E>>>();
  let waited = 0;

  async function makeBatch(index: number): Promise<HostBatch<E>> {
    const numbers = Array.from({ length: batchSize }, (_, i) => index * batchSize + i);
    const examples = await Promise.all(numbers.map(make));
    const ids = numbers.map((n) => recipe.cases[caseOf(n)] as string);
    return stackExamples(examples as E[], ids);
  }

  function start(index: number): Promise<HostBatch<E>> {
    let batch = started.get(index);
    if (batch === undefined) {
      batch = makeBatch(index);
      // A batch that nobody asks for any more may fail unheard.
      batch.catch(() => undefined);
      started.set(index, batch);
    }
    return batch;
  }

  return {
    get waitedSeconds() {
      return waited;
    },
    async batch(index) {
      const begin = performance.now();
      const wanted = start(index);
      for (let ahead = 1; ahead <= prefetch; ahead++) void start(index + ahead);
      try {
        return await wanted;
      } finally {
        started.delete(index);
        waited += (performance.now() - begin) / 1000;
      }
    },
    close,
  };
}

interface Makers {
  readonly make: (n: number) => Promise<Example>;
  readonly close: () => Promise<void>;
}

function inThisThread(recipe: ExampleRecipe): Makers {
  const opening = openExampleMaker(recipe);
  opening.catch(() => undefined);
  return {
    async make(n) {
      const maker = await opening;
      try {
        return await maker.make(n);
      } catch (error) {
        throw unpackError(packExampleError(error, maker.caseId(n)));
      }
    },
    close: () => Promise.resolve(),
  };
}

function inThreads(recipe: ExampleRecipe, count: number): Makers {
  const share = { ...recipe, maximumCacheBytes: Math.floor(recipe.maximumCacheBytes / count) };
  const pool = startWorkerPool(share, count);
  const caseOf = createExampleOrder(recipe.cases.length, createRandom(recipe.seed));
  const byCase = recipe.cases.length >= count;
  return {
    make: (n) => pool.make(n, (byCase ? caseOf(n) : n) % count),
    close: () => pool.close(),
  };
}
